/**
 * How long an import keeps the event loop from other work: the longest delay while a gzip of nothing but line ends, blanks, brackets,
 * NUL, commas or quotes is read, against an ordinary log of the same size, in one run. `npx tsx bench/event-loop.ts [MB, 300 by default]`
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { startImport } from '../src/control/repos/imports.ts';
import { FORMATS } from '../src/formats/registry.ts';
import { importInput } from '../src/ingest/pipeline.ts';
import { dnsLine } from '../test/dns-lines.ts';
import { openIngestHarness, TEST_ACTOR } from '../test/ingest-harness.ts';

const megabytes = Number(process.argv[2] ?? 300);
const MB = 2 ** 20;
const JSON_LINE = '{"timestamp":"2026-03-01T06:00:00.000Z","event_type":"dns","src_ip":"10.0.0.1"}\n';
const ORDINARY = dnsLine({ time: new Date('2026-03-01T06:00:00Z'), domain: 'www.example.org.' });
const REPEATED: readonly (readonly [format: string, title: string, text: string])[] = [
  ['umbrella-csv/dnslogs', 'an ordinary log', ORDINARY],
  ...['umbrella-csv/dnslogs', 'suricata-eve', 'restic/run', 'aws-backup', 'zeek'].flatMap((format) =>
    [
      ['line ends', '\n'],
      ['blanks', ' '],
      ['blank lines', ' \n'],
      ['{', '{'],
      ['[', '['],
      ['NUL', '\0'],
      ['commas', ','],
      ['quotes', '"'],
      ['x and a line end', 'x\n'],
      ['an ordinary line', JSON_LINE],
    ].map(([title = '', text = '']) => [format, title, text] as const),
  ),
];

const only = process.argv[3];
for (const [format, title, text] of REPEATED) {
  if (only !== undefined && !`${format} ${title}`.includes(only)) continue;
  const harness = await openIngestHarness(FORMATS);
  const { organizationId, control, ingest } = harness;
  const path = 'bench';
  const { id: importId } = await startImport(control.db, { organizationId, path, actor: TEST_ACTOR });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const packed = await gzipped(text);
  delay.enable();
  const started = performance.now();
  const outcome = await importInput(ingest, {
    organizationId,
    importId,
    path,
    formatName: format,
    timezone: 'UTC',
    source: Readable.from(packed),
  }).catch((error: unknown) => error);
  delay.disable();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const received =
    outcome instanceof Error ? outcome.message : JSON.stringify((outcome as { receipt: object }).receipt);
  console.log(
    `${format}, ${title}: longest ${Math.round(delay.max / 1e6)} ms, 99.9 % ${Math.round(delay.percentile(99.9) / 1e6)} ms, ${seconds} s, rss ${Math.round(process.memoryUsage.rss() / MB)} MB ${received}`,
  );
  await harness.close();
}

async function gzipped(text: string): Promise<Buffer[]> {
  const piece = Buffer.alloc(MB - (MB % text.length), text);
  const gzip = createGzip({ level: 1 });
  Readable.from(Array.from({ length: megabytes }, () => piece)).pipe(gzip);
  const chunks: Buffer[] = [];
  for await (const chunk of gzip) chunks.push(chunk);
  return chunks;
}
