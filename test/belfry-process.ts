import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readServerFile, type ServerFile } from '../src/cli/server-file.ts';
import type { Body } from './body.ts';

const inRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What comes before a command's arguments: `npm test` has built Belfry; without it, it is run from its sources. */
export const COMMAND: readonly string[] =
  process.env.TEST_BUILT === '1' ? [inRoot('dist/main.js')] : ['--import', 'tsx', inRoot('src/main.ts')];

type Environment = Readonly<Record<string, string>>;

/** Belfry as users run it, on one data directory: each command and each server is a process of its own. */
export interface Belfry {
  readonly data: string;
  /** Runs a command to its end. */
  run(args: readonly string[], asked?: Asked): Promise<Ended>;
  /** What a command that goes well prints with `--json`. */
  json(...args: readonly string[]): Promise<Body>;
  /** Starts a server, on a free port where nothing else is said, and waits until commands find it. */
  serve(env?: Environment): Promise<BelfryServer>;
}

interface Asked {
  readonly env?: Environment;
  /** Standard input. */
  readonly input?: string | Buffer;
}

interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BelfryServer extends ServerFile {
  /** What it has said on standard error so far: its log. */
  log(): string;
  /** Sends the signal, SIGTERM where none is named, and waits for the end. Does nothing once it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * @param data directory of the test's own, made when missing; the test removes it
 * @param settings environment of everything that is run; nothing comes from the environment of the test but PATH
 */
export function belfryOn(data: string, settings: Environment = {}): Belfry {
  const environment = {
    PATH: process.env.PATH,
    UV_THREADPOOL_SIZE: '16',
    BELFRY_DATA: data,
    BELFRY_DEMO: '0',
    BELFRY_PORT: '0',
    ...settings,
  };
  const run: Belfry['run'] = (args, { env = {}, input = '' } = {}) => runToEnd(args, { ...environment, ...env }, input);
  return {
    data,
    run,
    async json(...args) {
      const { code, stdout, stderr } = await run([...args, '--json']);
      if (code !== 0 || stderr.includes('error')) throw new Error(`belfry ${args.join(' ')}: ${code} ${stderr}`);
      return JSON.parse(stdout);
    },
    serve: (env = {}) => startServer(data, { BELFRY_LOG_LEVEL: 'error', ...environment, ...env }),
  };
}

async function runToEnd(args: readonly string[], env: NodeJS.ProcessEnv, input: string | Buffer): Promise<Ended> {
  const child = spawn(process.execPath, [...COMMAND, ...args], { env });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text;
    });
  }
  // A command that does not read its input may end before it is written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, ...said };
}

async function startServer(data: string, env: NodeJS.ProcessEnv): Promise<BelfryServer> {
  const child = spawn(process.execPath, [...COMMAND, 'serve'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    process.stderr.write(text);
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  while (!hasEnded()) {
    const file = await readServerFile(data);
    // One that was killed leaves its file.
    if (file !== undefined && file.pid === child.pid) return { ...file, log: () => said, stop };
    await sleep(50);
  }
  throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}`);

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (hasEnded()) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}
