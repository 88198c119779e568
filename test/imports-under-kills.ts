import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openControl } from '../src/control/database.ts';
import { type EventStore, openEventStore } from '../src/events/client.ts';
import { seededRandom } from '../src/kit/random.ts';
import { writeScaleDns } from '../src/sources/demo/index.ts';
import { type Belfry, type BelfryServer, belfryOn } from './belfry-process.ts';
import { post, receiptOf } from './served-imports.ts';

export interface KilledImports {
  /** Of a test's own. */
  readonly directory: string;
  readonly kills: number;
  readonly files: number;
  readonly linesPerFile: number;
  /** The longest time between the start of an import and the kill. */
  readonly killWithinMs: number;
  readonly log?: (line: string) => void;
}

/** Lines, and a sum of their hashes that shows any difference. */
export interface LineSum {
  readonly lines: number;
  readonly sum: string;
}

export interface AfterKills {
  readonly sent: LineSum;
  /** Records that a receipt or the ledger had acknowledged before any input was sent again. */
  readonly acknowledged: number;
  /** Records that were stored before any input was sent again. */
  readonly keptOfThem: number;
  /** What is stored after every input was sent again. */
  readonly stored: LineSum;
  /** Requests that each rollup counts then. */
  readonly hourly: number;
  readonly daily: number;
  /** Sums over the receipts of the inputs that were sent again. */
  readonly receipts: { readonly received: number; readonly accounted: number };
}

/** Imports files into a server that is killed again and again, then starts it once more and sends every file again. */
export async function importUnderKills(asked: KilledImports): Promise<AfterKills> {
  const files = await writeInputs(asked);
  const belfry = belfryOn(join(asked.directory, 'data'));
  const receipted = await killDuringImports(belfry, files, asked);
  await finishOpenBatches(belfry);
  const inLedger = await ledgerRecords(belfry);
  const before = await withEvents(belfry, storedLines);
  const receipts = await sendAgain(belfry, files);
  const found = await withEvents(belfry, async (events) => ({
    sent: await linesOf(events, `file('${join(asked.directory, 'dnslogs', '*.csv')}', 'LineAsString', 'line String')`),
    stored: await storedLines(events),
    hourly: await rolledUp(events, 'facets_hourly'),
    daily: await rolledUp(events, 'facets_daily'),
  }));
  return { ...found, acknowledged: Math.max(inLedger, receipted), keptOfThem: before.lines, receipts };
}

/** True where nothing that was acknowledged was missing, and in the end every line is there once, in the rollups too. */
export function isNothingLostOrDoubled({ sent, acknowledged, keptOfThem, stored, ...rest }: AfterKills): boolean {
  return (
    acknowledged === keptOfThem &&
    stored.lines === sent.lines &&
    stored.sum === sent.sum &&
    [rest.hourly, rest.daily, rest.receipts.received, rest.receipts.accounted].every((lines) => lines === sent.lines)
  );
}

async function writeInputs({ directory, files, linesPerFile }: KilledImports): Promise<string[]> {
  const paths: string[] = [];
  for (let file = 0; file < files; file += 1) {
    const path = join(directory, 'dnslogs', `${file}.csv`);
    await writeScaleDns({ path, seed: 7 + file, end: new Date(), days: 3, events: linesPerFile, domains: 5_000 });
    paths.push(path);
  }
  return paths;
}

/** Answers how many records the receipts acknowledged that came before a kill. */
async function killDuringImports(belfry: Belfry, files: readonly string[], asked: KilledImports): Promise<number> {
  const random = seededRandom('kills');
  const acknowledged = new Map<string, number>();
  for (let kill = 0; kill < asked.kills; kill += 1) {
    const server = await belfry.serve();
    if (kill === 0) await post(server, '/organizations', { slug: 'acme', name: 'Acme' });
    const file = files[Math.floor((kill * files.length) / asked.kills)] ?? '';
    const importing = importFile(server, file);
    await sleep(random.between(50, asked.killWithinMs));
    await server.stop('SIGKILL');
    const receipt = await importing;
    if (receipt !== undefined) acknowledged.set(file, receipt.stored + receipt.duplicate);
    asked.log?.(`kill ${kill + 1} of ${asked.kills}: ${receipt === undefined ? 'within' : 'after'} an import`);
  }
  return [...acknowledged.values()].reduce((sum, lines) => sum + lines, 0);
}

function importFile(server: BelfryServer, file: string) {
  return receiptOf(server, { organization: 'acme', name: file, body: { file } });
}

/** Starts a server and lets it load what the ledger has open. */
async function finishOpenBatches(belfry: Belfry): Promise<void> {
  const server = await belfry.serve();
  while ((await (await fetch(`${server.address}/metrics`)).text()).match(/belfry_batches\{state="open"\} [1-9]/))
    await sleep(100);
  await server.stop();
}

async function ledgerRecords(belfry: Belfry): Promise<number> {
  const control = await openControl({ path: join(belfry.data, 'control.db') });
  try {
    const batches = await control.db.selectFrom('batches').select('received').execute();
    return batches.reduce((sum, { received }) => sum + received, 0);
  } finally {
    await control.close();
  }
}

async function sendAgain(belfry: Belfry, files: readonly string[]): Promise<AfterKills['receipts']> {
  const server = await belfry.serve();
  const sums = { received: 0, accounted: 0 };
  for (const file of files) {
    const receipt = await importFile(server, file);
    if (receipt === undefined) throw new Error(`no receipt for ${file}`);
    sums.received += receipt.received;
    sums.accounted += receipt.stored + receipt.duplicate;
  }
  await server.stop();
  return sums;
}

async function withEvents<Found>(belfry: Belfry, look: (events: EventStore) => Promise<Found>): Promise<Found> {
  const events = await openEventStore({ path: join(belfry.data, 'events') });
  try {
    return await look(events);
  } finally {
    await events.close();
  }
}

const storedLines = (events: EventStore) => linesOf(events, '(SELECT raw AS line FROM events)');

async function linesOf(events: EventStore, source: string): Promise<LineSum> {
  const [found] = await events.query<LineSum>(
    `SELECT count() AS lines, toString(sum(cityHash64(line))) AS sum FROM ${source}`,
  );
  if (found === undefined) throw new Error('no answer');
  return found;
}

async function rolledUp(events: EventStore, table: string): Promise<number> {
  const [found] = await events.query<{ requests: number }>(
    `SELECT sum(requests) AS requests FROM ${table} WHERE facet = 1`,
  );
  return found?.requests ?? 0;
}
