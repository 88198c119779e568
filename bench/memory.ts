/**
 * What the server's process holds (VmRSS) while idle, at most under load, and after a rest, in one run: mutated lines of several
 * formats, hostile values in requests, large gzip files of line ends and of ordinary lines, a large import, and four imports at once.
 * `npx tsx bench/memory.ts [share of the full size, 1 by default] [seconds of rest, 60 by default] [phase]`
 * Variables of the environment that begin with `SERVER_` go to the server without that prefix, to compare settings of allocators.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '../src/kit/random.ts';
import { belfryOn } from '../test/belfry-process.ts';
import { dnsLine } from '../test/dns-lines.ts';
import { HOSTILE_VALUES } from '../test/hostile-values.ts';
import { nativeCall } from './native-call.ts';

const share = Number(process.argv[2] ?? 1);
const restSeconds = Number(process.argv[3] ?? 60);
const MB = 2 ** 20;

const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value = '']) =>
    name.startsWith('SERVER_') ? [[name.slice('SERVER_'.length), value]] : [],
  ),
);
const data = await mkdtemp(join(tmpdir(), 'belfry-memory-'));
const server = await belfryOn(data, env).serve();
try {
  await nativeCall(server)('POST', '/organizations', { slug: 'memory', name: 'memory' });
  await sleep(5000);
  const idle = await rss();
  const peaks: number[] = [];
  for (const [name, run] of phases().filter(([name]) => name.includes(process.argv[4] ?? '')))
    peaks.push(await measured(name, run));
  await sleep(restSeconds * 1000);
  const rest = await rss();
  const peak = Math.max(...peaks);
  console.log(
    `idle ${idle} MB, peak ${peak} MB (${ratio(peak, idle)}), after ${restSeconds} s ${rest} MB (${ratio(rest, idle)})`,
  );
} finally {
  await server.stop();
  await rm(data, { recursive: true, force: true });
}

function phases(): [string, () => Promise<unknown>][] {
  const shareOf = (count: number) => Math.max(1, Math.round(count * share));
  return [
    ['mutated lines', () => mutated(shareOf(8))],
    ['hostile values', () => hostile(shareOf(20))],
    [
      'gzip of line ends',
      () => upload('ends', [gzipSync(dnsLines(1, 0)), gzipSync(Buffer.alloc(shareOf(300) * MB, '\n'))]),
    ],
    ['gzip of lines', () => upload('packed', [gzipSync(dnsLines(shareOf(300_000), 1))])],
    ['a large import', () => upload('large', [dnsLines(shareOf(1_000_000), 2)])],
    [
      'four at once',
      () => Promise.all([3, 4, 5, 6].map((seed) => upload(`four-${seed}`, [dnsLines(shareOf(250_000), seed)]))),
    ],
  ];
}

/** The most that the process holds while this runs, in MB. */
async function measured(name: string, run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  const state = { isOver: false, peak: 0 };
  const watching = (async () => {
    while (!state.isOver) {
      state.peak = Math.max(state.peak, await rss());
      await sleep(100);
    }
  })();
  await run();
  state.isOver = true;
  await watching;
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${name}: ${seconds} s, peak ${state.peak} MB, then ${await rss()} MB`);
  return state.peak;
}

async function rss(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/** Samples of formats with bytes replaced, many times over. */
async function mutated(rounds: number): Promise<void> {
  const formats = { 'suricata-eve': 'ndjson', 'umbrella-csv': 'csv', 'windows-events': 'ndjson', ndjson: 'ndjson' };
  const random = seededRandom('memory');
  for (const [format, ending] of Object.entries(formats)) {
    const sample = readFileSync(join(import.meta.dirname, `../src/formats/${format}/sample.${ending}`));
    const variant = format === 'umbrella-csv' ? 'umbrella-csv/dnslogs' : format;
    for (let round = 0; round < rounds; round += 1) {
      const copies = Buffer.concat(Array.from({ length: 1000 }, () => sample));
      for (let change = 0; change < copies.length / 1000; change += 1)
        copies[random.between(0, copies.length - 1)] = random.between(0, 255);
      await upload(`${format}-${round}`, [copies], variant);
    }
  }
}

async function hostile(rounds: number): Promise<void> {
  const paths = [
    '/organizations/memory/events?limit=',
    '/organizations/memory/imports?limit=',
    '/organizations?cursor=',
  ];
  for (let round = 0; round < rounds; round += 1)
    await Promise.all(
      paths.flatMap((path) =>
        HOSTILE_VALUES.filter((value) => Buffer.from(value).toString() === value).map(async (value) => {
          const answer = await fetch(`${server.address}/belfry/v1${path}${encodeURIComponent(value)}`, {
            headers: { authorization: `Bearer ${server.token}` },
          }).catch(() => undefined);
          await answer?.arrayBuffer();
        }),
      ),
    );
}

async function upload(path: string, parts: readonly Buffer[], format = 'umbrella-csv/dnslogs'): Promise<void> {
  const query = new URLSearchParams({ path, format });
  const answer = await fetch(`${server.address}/belfry/v1/organizations/memory/imports?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    body: Buffer.concat(parts),
  });
  const text = await answer.text();
  if (answer.status >= 400) console.log(`${path}: ${answer.status} ${text.slice(0, 200)}`);
}

function dnsLines(count: number, seed: number): Buffer {
  const random = seededRandom(`lines ${seed}`);
  const start = Date.now() - 86_400_000;
  const lines = Array.from({ length: count }, (_, index) =>
    dnsLine({ time: new Date(start + index), domain: `host-${random.between(0, 100_000)}.example-${seed}.com.` }),
  );
  return Buffer.from(lines.join(''));
}

function ratio(part: number, whole: number): string {
  return `${(part / whole).toFixed(2)} times`;
}
