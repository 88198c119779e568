import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Account, postgresBinaries, serverAccount } from './binaries.ts';

/** A PostgreSQL server of one's own, on the loopback interface, with its files in a temporary folder. */
export interface PostgresServer {
  /** Of the database `postgres`, for its superuser. */
  readonly url: string;
  /** As `url`, of another database. */
  urlOf(database: string): string;
  /** Asks as the superuser. */
  query(statement: string, database?: string): Promise<Record<string, unknown>[]>;
  /** Starts again what was stopped or crashed, on the same port. */
  start(): Promise<void>;
  /** Ends in good order; whoever is connected is told. */
  stop(): Promise<void>;
  /** Ends at once; what it was doing is left as it is. */
  crash(): Promise<void>;
  /** Ends, and removes its files. */
  remove(): Promise<void>;
}

/** Speed, where nothing must survive the machine. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  shared_buffers: '32MB',
  fsync: 'off',
  full_page_writes: 'off',
};

/**
 * Ends the server, at once, when nobody holds the other end of the input any more: together with the process that started
 * it, however that ended. By number 3, since a shell gives what it runs beside itself no input.
 */
const GUARD = `exec 3<&0; "$@" 3<&- & server=$!; (cat <&3 >/dev/null; kill -QUIT $server 2>/dev/null) & wait $server`;

/** @param settings beyond those that make tests quick */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-postgres-'));
  const account = serverAccount();
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  const server = new Server({
    binaries: await postgresBinaries(join(folder, 'native'), account),
    folder,
    account,
    password: randomBytes(12).toString('hex'),
    port: await freePort(),
    settings: { ...SETTINGS, unix_socket_directories: folder, ...settings },
  });
  try {
    await server.initialize();
    await server.start();
  } catch (error) {
    await server.remove();
    throw error;
  }
  return server;
}

interface Place {
  readonly binaries: string;
  readonly folder: string;
  readonly account: Account | undefined;
  readonly password: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}

class Server implements PostgresServer {
  readonly #place: Place;
  #guard: ChildProcess | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  get url(): string {
    return this.urlOf('postgres');
  }

  urlOf(database: string): string {
    return `postgres://postgres:${this.#place.password}@127.0.0.1:${this.#place.port}/${database}`;
  }

  async query(statement: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.urlOf(database) });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  async initialize(): Promise<void> {
    const { binaries, folder, account, password } = this.#place;
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, password);
    const options = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const kind = ['--encoding=UTF8', '--locale=C', '--no-sync', `--pgdata=${this.#data}`];
    const made = spawnSync(join(binaries, 'initdb'), [...options, ...kind], { cwd: folder, ...account });
    await rm(passwordFile);
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr ?? made.error}`);
  }

  async start(): Promise<void> {
    const { binaries, folder, account, port, settings } = this.#place;
    const log = await open(join(folder, 'log'), 'a');
    const set = Object.entries({ ...settings, port: String(port) }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const command = [join(binaries, 'postgres'), '-D', this.#data, ...set];
    this.#guard = spawn('/bin/sh', ['-c', GUARD, 'guard', ...command], {
      cwd: folder,
      // Not ours: the terminal's Ctrl-C goes to whole groups.
      detached: true,
      stdio: ['pipe', log.fd, log.fd],
      ...account,
    });
    this.#guard.unref();
    await log.close();
    await this.#answers();
  }

  async stop(): Promise<void> {
    const [pid] = (await readFile(join(this.#data, 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGINT');
    await this.#ended();
  }

  async crash(): Promise<void> {
    this.#guard?.stdin?.end();
    await this.#ended();
  }

  async remove(): Promise<void> {
    await this.crash();
    await rm(this.#place.folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#place.folder, 'data');
  }

  async #answers(): Promise<void> {
    for (const giveUpAt = Date.now() + 60_000; ; await sleep(50)) {
      try {
        await this.query('select 1');
        return;
      } catch (error) {
        if (Date.now() < giveUpAt && this.#guard?.exitCode === null) continue;
        const log = await readFile(join(this.#place.folder, 'log'), 'utf8');
        throw new Error(`PostgreSQL does not start: ${log}`, { cause: error });
      }
    }
  }

  async #ended(): Promise<void> {
    const guard = this.#guard;
    this.#guard = undefined;
    if (guard === undefined) return;
    guard.ref();
    if (guard.exitCode === null && guard.signalCode === null) await once(guard, 'exit');
    guard.stdin?.destroy();
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}
