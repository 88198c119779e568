import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readServerFile } from '../src/cli/server-file.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Belfry as users run it: a process of its own on a port and a data directory of its own. */
export interface ServerProcess {
  readonly address: string;
  /** What a command with `--json` prints. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  command(...args: string[]): Promise<any>;
  close(): Promise<void>;
}

/** @param settings environment beside the data directory and the port */
export async function startServerProcess(settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-server-'));
  const data = join(folder, 'data');
  const env = { PATH: process.env.PATH, BELFRY_DATA: data, BELFRY_DEMO: '0', BELFRY_PORT: '0', ...settings };
  const start = (args: readonly string[]) => spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { env });
  const server = start(['serve']);
  const said = textOf(server);
  return {
    address: await addressOf(server, data, said),
    async command(...args) {
      const child = start([...args, '--json']);
      const { stdout, stderr } = textOf(child);
      const [code] = await once(child, 'close');
      if (code !== 0) throw new Error(`belfry ${args.join(' ')} ended with ${code}: ${stderr.join('')}`);
      return JSON.parse(stdout.join(''));
    },
    async close() {
      const ended = once(server, 'close');
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Said {
  readonly stdout: string[];
  readonly stderr: string[];
}

function textOf(child: ChildProcess): Said {
  const said: Said = { stdout: [], stderr: [] };
  child.stdout?.setEncoding('utf8').on('data', (text) => said.stdout.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text) => said.stderr.push(text));
  return said;
}

async function addressOf(server: ChildProcess, data: string, said: Said): Promise<string> {
  while (server.exitCode === null) {
    const file = await readServerFile(data);
    if (file !== undefined) return file.address;
    await sleep(50);
  }
  throw new Error(`the server ended with ${server.exitCode}: ${said.stderr.join('')}`);
}
