import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PromiseRun } from './promise.ts';

export interface CountedTests {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

/**
 * Runs tests of this repository, for promises whose measure is that certain tests pass.
 *
 * @param files paths from the root, or parts of them, as Vitest's command line takes them
 * @param env what those tests read, such as how long or how often
 */
export async function countTests(
  run: PromiseRun,
  files: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CountedTests> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const output = join(run.directory, 'tests.json');
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      'embedded',
      '--reporter=json',
      `--outputFile=${output}`,
      ...files,
    ],
    { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await once(child, 'close');
  const report: VitestReport = JSON.parse(await readFile(output, 'utf8'));
  return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
}
