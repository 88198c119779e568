import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Trouble } from './trouble.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** What the process is told while it runs. It answers each with a message of its own. */
export type Order =
  | { readonly plan: { readonly statement: string; readonly trouble: Trouble; readonly times: number } }
  | { readonly clear: true };

/** A stand-in for a ClickHouse server in a process of its own, which can be gone and come back. */
export interface ClickHouseProcess {
  /** With user and password. */
  readonly url: string;
  /** Tells it what to do wrong, until it is told otherwise or ends. */
  plan(statement: RegExp, trouble: Trouble, times?: number): Promise<void>;
  /** Tells it to do nothing wrong any more. */
  clear(): Promise<void>;
  /** Ends it, in good order or as the signal does. Does nothing while it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again, on the same port and with the same data. */
  start(options?: { readonly version?: string }): Promise<void>;
}

/** @param path directory of its engine; made when missing */
export async function startClickHouseProcess(path: string): Promise<ClickHouseProcess> {
  const login = ['--user', 'belfry', '--password', 'the secret of the events'];
  const start = (...args: readonly string[]) => spawnServer(['--path', path, ...login, ...args]);
  let { child, url } = await start();
  const tell = async (order: Order) => {
    const done = once(child, 'message');
    child.send(order);
    await done;
  };
  return {
    url,
    plan: ({ source }, trouble, times = 1_000_000) => tell({ plan: { statement: source, trouble, times } }),
    clear: () => tell({ clear: true }),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
    async start({ version } = {}) {
      const says = version === undefined ? [] : ['--version', version];
      ({ child, url } = await start('--port', new URL(url).port, ...says));
    },
  };
}

async function spawnServer(args: readonly string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    env: { PATH: process.env.PATH, UV_THREADPOOL_SIZE: '16' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (said) => resolve(String(said).trim()));
    child.once('exit', (code) => reject(new Error(`the stand-in for ClickHouse ended with ${code}`)));
  });
  return { child, url };
}
