/**
 * What one bad sender does to another organization: its import, a page of its activity, the time from an event to its alarm, and
 * from asking for a report to its file, without and with the sender, in rounds that take turns. Everything over loopback, to a
 * server in a process of its own for each kind of sender. Ends with 1 where a median is more than 1.5 times as long.
 * `npx tsx bench/bad-neighbours.ts [rounds] [kind …]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { belfryOn } from '../test/belfry-process.ts';
import { BAD_SENDERS, type BadSender } from './bad-senders.ts';
import { MEASURES, type Neighbour, openNeighbour, type Timings } from './neighbour.ts';

const LIMIT = 1.5;
/** How long a sender is at it before it is measured. */
const LEAD_MS = 1_000;

const [roundsGiven = '5', ...kinds] = process.argv.slice(2);
const rounds = Number(roundsGiven);
const chosen = BAD_SENDERS.filter(({ name }) => kinds.length === 0 || kinds.includes(name));
if (chosen.length === 0) throw new Error(`kinds are ${BAD_SENDERS.map(({ name }) => name).join(', ')}`);

console.log(`median of ${rounds} rounds, in ms: without, with, ratio`);
const failed: string[] = [];
for (const sender of chosen) failed.push(...(await compare(sender)));
if (failed.length > 0) {
  console.log(`more than ${LIMIT} times as long: ${failed.join('; ')}`);
  process.exitCode = 1;
}
process.exit();

/** Measures one kind of sender; answers what it slows by more than the limit. */
async function compare(sender: BadSender): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-neighbours-'));
  const server = await belfryOn(join(folder, 'data')).serve({
    BELFRY_UMBRELLA_RATE_PER_SECOND: '0',
    BELFRY_CLUMIO_RATE_PER_SECOND: '0',
  });
  try {
    const neighbour = await openNeighbour(server, sender.name);
    await sender.prepare?.(server);
    await neighbour.measure();
    const alone: Timings[] = [];
    const beside: Timings[] = [];
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await neighbour.measure());
      beside.push(await measureBeside(neighbour, sender, server));
    }
    return report(sender, alone, beside);
  } finally {
    await server.stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureBeside(
  neighbour: Neighbour,
  sender: BadSender,
  server: Parameters<BadSender['start']>[0],
): Promise<Timings> {
  const stop = sender.start(server);
  await sleep(LEAD_MS);
  try {
    return await neighbour.measure();
  } finally {
    await stop();
    // What it left is worked off, so that the next round without it is one.
    await sleep(LEAD_MS);
  }
}

function report({ name, title }: BadSender, alone: readonly Timings[], beside: readonly Timings[]): string[] {
  console.log(`${name}: ${title}`);
  return MEASURES.flatMap((measure) => {
    const [without, withIt] = [alone, beside].map((timings) => median(timings.map((each) => each[measure]))) as [
      number,
      number,
    ];
    const ratio = withIt / without;
    console.log(
      `  ${measure.padEnd(8)} ${without.toFixed(0).padStart(7)} ${withIt.toFixed(0).padStart(7)} ${ratio.toFixed(2).padStart(6)}`,
    );
    return ratio > LIMIT ? [`${name} ${measure} ${ratio.toFixed(2)}`] : [];
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
