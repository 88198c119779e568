import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { runCommandLine } from '../src/cli/run-command-line.ts';
import { type Belfry, startBelfry } from '../src/cli/start-belfry.ts';
import { loadConfig } from '../src/config/index.ts';
import type { Body } from './body.ts';

/** A server, and commands that find it, all in the process of the test. */
export interface CommandLine {
  readonly belfry: Belfry;
  /** For files of the test; removed with everything else. */
  readonly dir: string;
  run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** What a command that goes well, and has nothing else to say, prints with `--json`. */
  json(...args: readonly string[]): Promise<Body>;
  close(): Promise<void>;
}

export async function openCommandLine(): Promise<CommandLine> {
  const dir = await mkdtemp(join(tmpdir(), 'belfry-commands-'));
  const data = join(dir, 'data');
  vi.stubEnv('BELFRY_DATA', data);
  const belfry = await startBelfry(loadConfig({ BELFRY_DATA: data }), { host: '127.0.0.1', port: 0, announce: true });
  return {
    belfry,
    dir,
    run,
    async json(...args) {
      const { code, stdout, stderr } = await run(...args, '--json');
      if (code !== 0 || stderr !== '') throw new Error(`belfry ${args.join(' ')}: ${code} ${stderr}`);
      return JSON.parse(stdout);
    },
    async close() {
      vi.unstubAllEnvs();
      await belfry.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const run: CommandLine['run'] = async (...args) => {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += text;
      return true;
    }),
  );
  try {
    return { code: await runCommandLine(args), ...written };
  } finally {
    // A command may leave its code here, which would become that of the tests.
    process.exitCode = 0;
    for (const spy of spies) spy.mockRestore();
  }
};
