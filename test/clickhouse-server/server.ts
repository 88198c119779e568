import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createChdbConnection } from 'chdb/connection';
import { Exception, told } from './exception.ts';
import { type Asked, authenticate, readRequest } from './request.ts';
import { type Backing, type Outcome, run } from './run.ts';
import { type Trouble, Troubles } from './trouble.ts';

export interface ClickHouseOptions {
  /** Directory of the engine. */
  readonly path: string;
  /** A free one if absent. */
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  /** What it says that it is; the engine's own release if absent. */
  readonly version?: string;
  /** Releases before 25.11 write an exception that comes late without marks. */
  readonly marksExceptions?: boolean;
}

export interface ClickHouse {
  /** With user and password, for `openEventStore`. */
  readonly url: string;
  readonly port: number;
  /** What it is to do wrong. */
  readonly troubles: Troubles;
  /** Stops listening and closes all connections, as a server that is gone. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** As installed, a server closes a connection that is idle for so long. */
const KEEP_ALIVE_MS = 10_000;

const MAX_HEADER_BYTES = 2 * 2 ** 20;

/** Starts a stand-in for a ClickHouse server. What it stands for and what not is told in README.md. */
export async function startClickHouse(options: ClickHouseOptions): Promise<ClickHouse> {
  const { user = 'default', password = '', marksExceptions = true } = options;
  // The engine stays open between requests; it is also found out here whether it opens.
  const engine = createChdbConnection({ path: options.path });
  const folder = await mkdtemp(join(tmpdir(), 'clickhouse-stand-in-'));
  const version =
    options.version ?? (await engine.chdb.queryAsync('SELECT version()', { format: 'TabSeparated' })).text().trim();
  const troubles = new Troubles();
  const desk = { backing: { path: options.path, folder, version }, user, password, marksExceptions, troubles };
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 },
    (request, response) => {
      void respond(desk, request, response);
    },
  );
  const port = await listen(server, options.port ?? 0);
  const credentials =
    password === '' && user === 'default' ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  return {
    url: `http://${credentials}127.0.0.1:${port}`,
    port,
    troubles,
    stop: () => stop(server),
    start: async () => void (await listen(server, port)),
    async close() {
      if (server.listening) await stop(server);
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

interface Desk {
  readonly backing: Backing;
  readonly user: string;
  readonly password: string;
  readonly marksExceptions: boolean;
  readonly troubles: Troubles;
}

async function respond(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET' && /^\/(ping)?$/.test(request.url ?? '')) {
    response.end('Ok.\n');
    return;
  }
  const tag = desk.marksExceptions ? randomBytes(8).toString('hex') : undefined;
  try {
    authenticate(request, desk.user, desk.password);
    const inAddress = new URL(request.url ?? '/', 'http://server').searchParams.get('query');
    const early = inAddress === null ? undefined : desk.troubles.take(inAddress);
    if (early?.kind === 'break-request') return await breakAfter(request, early.bytes);
    const asked = await readRequest(request, desk.backing.folder);
    const trouble = inAddress === null ? desk.troubles.take(asked.sql) : early;
    if (trouble !== undefined && meet(trouble, request, response)) return;
    if (trouble?.kind === 'late') await sleep(trouble.ms);
    const outcome = await run(desk.backing, asked);
    if (trouble?.kind === 'forget') request.socket.destroy();
    const breaksAfter = trouble?.kind === 'break-answer' ? trouble.bytes : Number.POSITIVE_INFINITY;
    await send(response, { asked, outcome, tag, breaksAfter });
  } catch (error) {
    fail(response, error, tag, desk.backing.version);
  }
}

async function breakAfter(request: IncomingMessage, bytes: number): Promise<void> {
  const { socket } = request;
  let read = 0;
  for await (const chunk of request) {
    read += chunk.length;
    if (read >= bytes) break;
  }
  socket.destroy();
}

/** @returns whether that is all that becomes of the request */
function meet(trouble: Trouble, request: IncomingMessage, response: ServerResponse): boolean {
  if (trouble.kind === 'refuse') {
    throw new Exception(trouble.code, trouble.name, trouble.text ?? 'Told to refuse this');
  }
  if (trouble.kind === 'stale') request.socket.destroy();
  if (trouble.kind === 'stranger')
    response.writeHead(trouble.status, { 'content-type': 'text/html' }).end(trouble.body);
  return ['hang', 'stale', 'stranger'].includes(trouble.kind);
}

interface Answer {
  readonly asked: Asked;
  readonly outcome: Outcome;
  readonly tag: string | undefined;
  readonly breaksAfter: number;
}

async function send(response: ServerResponse, { asked, outcome, tag, breaksAfter }: Answer): Promise<void> {
  let sent = 0;
  response.setHeader('X-ClickHouse-Query-Id', asked.queryId);
  response.setHeader('X-ClickHouse-Format', outcome.format);
  response.setHeader('X-ClickHouse-Timezone', 'UTC');
  if (tag !== undefined) response.setHeader('X-ClickHouse-Exception-Tag', tag);
  if (outcome.encoding !== undefined) response.setHeader('Content-Encoding', outcome.encoding);
  if (outcome.rows !== undefined)
    response.setHeader('X-ClickHouse-Summary', JSON.stringify({ result_rows: String(outcome.rows) }));
  for await (const chunk of outcome.chunks) {
    if (response.destroyed) return;
    if (!response.write(chunk.subarray(0, breaksAfter - sent))) await drained(response);
    sent += chunk.length;
    if (sent >= breaksAfter) return void response.socket?.destroy();
  }
  response.end();
}

/** Or closed: nobody takes the rest. */
async function drained(response: ServerResponse): Promise<void> {
  const other = new AbortController();
  const { signal } = other;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  other.abort();
}

/** With status and header where nothing was sent yet; within the body where something was. */
function fail(response: ServerResponse, error: unknown, tag: string | undefined, version: string): void {
  if (response.destroyed) return;
  const { code, status, text } = told(error);
  const whole = `${text} (version ${version} (official build))\n`;
  if (response.headersSent) {
    response.end(tag === undefined ? whole : markedException(whole, tag));
    return;
  }
  response.removeHeader('Content-Encoding');
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8', 'X-ClickHouse-Exception-Code': code });
  response.end(whole);
}

function markedException(text: string, tag: string): string {
  return `\r\n__exception__\r\n${tag}\r\n${text}${Buffer.byteLength(text)} ${tag}\r\n__exception__\r\n`;
}
