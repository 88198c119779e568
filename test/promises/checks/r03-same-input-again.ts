import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { openEventStore } from '../../../src/events/client.ts';
import { type Belfry, type BelfryServer, belfryOn } from '../../belfry-process.ts';
import { dnsLine } from '../../dns-lines.ts';
import { type Counts, post, receiptOf } from '../../served-imports.ts';
import { atScale, type PublicPromise } from '../promise.ts';

const AT_ONCE = 5;
const START_MS = Date.UTC(2026, 0, 1);

export const sameInputIsStoredOnce: PublicPromise = {
  id: 'R3',
  claim: 'Sending the same input again is safe',
  figure: '10 times, at once and across a restart: stored once',
  async check(run) {
    const inputs = atScale(run, { share: 1, full: 10 });
    const lines = atScale(run, { share: 2_000, full: 100_000 });
    const belfry = belfryOn(join(run.directory, 'data'));
    const contents = Array.from({ length: inputs }, (_, input) => linesOf(input, lines));
    const before = await withServer(belfry, async (server) => {
      await post(server, '/organizations', { slug: 'acme', name: 'Acme' });
      return sendAll(server, contents);
    });
    const after = await withServer(belfry, async (server) => [
      ...(await sendAll(server, contents)),
      await sendGrown(server, contents[0] ?? ''),
    ]);
    const receipts = [...before, ...after];
    const sent = inputs * lines + 1;
    const accounted = receipts.filter(({ received, stored, duplicate }) => received === stored + duplicate).length;
    const stored = await storedEvents(belfry);
    const isKept = accounted === receipts.length && stored.rows === sent && stored.different === sent;
    return {
      kept: isKept && receipts.reduce((sum, receipt) => sum + receipt.stored, 0) === sent,
      measured: `${inputs} inputs sent 10 times each, ${AT_ONCE} at once before a kill and ${AT_ONCE} after it, plain and packed, then one with a line more: of ${sent.toLocaleString('en')} different lines ${stored.rows.toLocaleString('en')} stored`,
    };
  },
};

function linesOf(input: number, lines: number): string {
  return Array.from({ length: lines }, (_, line) =>
    dnsLine({ time: new Date(START_MS + line * 1000), domain: `h${line}.of${input}.example.` }),
  ).join('');
}

/** The server is killed afterwards: what it has answered must be on disk. */
async function withServer(belfry: Belfry, work: (server: BelfryServer) => Promise<Counts[]>): Promise<Counts[]> {
  const server = await belfry.serve();
  try {
    return await work(server);
  } finally {
    await server.stop('SIGKILL');
  }
}

/** Each input several times at once, under names of their own, and once packed. */
async function sendAll(server: BelfryServer, contents: readonly string[]): Promise<Counts[]> {
  const receipts: Counts[] = [];
  for (const content of contents) {
    const packed = await promisify(gzip)(content);
    const sending = Array.from({ length: AT_ONCE }, (_, copy) =>
      send(server, `copy-${copy}.csv`, copy === 0 ? packed : Buffer.from(content)),
    );
    receipts.push(...(await Promise.all(sending)));
  }
  return receipts;
}

function sendGrown(server: BelfryServer, content: string): Promise<Counts> {
  const more = dnsLine({ time: new Date(START_MS), domain: 'one-more.example.' });
  return send(server, 'copy-1.csv', Buffer.from(content + more));
}

async function send(server: BelfryServer, name: string, body: Buffer): Promise<Counts> {
  const receipt = await receiptOf(server, { organization: 'acme', name, format: 'umbrella-csv/dnslogs', body });
  if (receipt === undefined) throw new Error(`no receipt for ${name}`);
  return receipt;
}

async function storedEvents(belfry: Belfry): Promise<{ rows: number; different: number }> {
  const events = await openEventStore({ path: join(belfry.data, 'events') });
  try {
    const [found] = await events.query<{ rows: number; different: number }>(
      'SELECT count() AS rows, uniqExact(raw) AS different FROM events',
    );
    return found ?? { rows: 0, different: 0 };
  } finally {
    await events.close();
  }
}
