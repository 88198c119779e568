// Measures promises in full and writes docs/promises.md: `npm run promises`, or `npm run promises -- R1 R5`.
// Each runs in a process of its own: the event engine keeps to one data directory a process, and memory is measured.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PROMISES } from '../test/promises/index.ts';
import { runCheck } from '../test/promises/run-check.ts';
import { LONG, type PromiseResult, promisesPage } from './promises-page.ts';

const RESULTS = new URL('../docs/promises.json', import.meta.url);
const PAGE = new URL('../docs/promises.md', import.meta.url);
const BUILD = fileURLToPath(new URL('build.mjs', import.meta.url));

const [first, ...more] = process.argv.slice(2);
if (first === '--one') await runOne(more[0] ?? '');
else if (first === '--page') writePage();
else runAll(first === undefined ? PROMISES.map(({ id }) => id).filter((id) => !LONG.includes(id)) : [first, ...more]);

/** Prints the outcome on file descriptor 3, so that nothing else mixes with it. */
async function runOne(id: string): Promise<void> {
  const outcome = await runCheck(promiseOf(id), 'full', (line) => process.stderr.write(`  ${line}\n`));
  writeFileSync(3, JSON.stringify(outcome));
  process.exit(0);
}

function runAll(ids: readonly string[]): void {
  const startedAt = Date.now();
  // The servers that checks start are what users run.
  if (spawnSync(process.execPath, [BUILD], { stdio: ['ignore', 2, 2] }).status !== 0) process.exit(1);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  for (const id of ids) {
    const { claim, check } = promiseOf(id);
    if (check === undefined) continue;
    process.stderr.write(`${id} ${claim}\n`);
    const result = measure(id, commit);
    process.stderr.write(`${id} ${result.kept ? 'kept' : 'NOT KEPT'}: ${result.measured} (${result.seconds} s)\n`);
    // After each one: a run that is interrupted has not been for nothing.
    writeFileSync(RESULTS, `${JSON.stringify({ ...readResults(), [id]: result }, null, 2)}\n`);
  }
  writePage();
  process.stderr.write(`all of it took ${secondsSince(startedAt)} s\n`);
}

function measure(id: string, commit: string): PromiseResult {
  const startedAt = Date.now();
  const { output, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(import.meta.url), '--one', id],
    {
      stdio: ['ignore', 2, 2, 'pipe'],
      env: { UV_THREADPOOL_SIZE: '16', TEST_BUILT: '1', ...process.env },
      encoding: 'utf8',
    },
  );
  const said = output[3] ?? '';
  const outcome =
    said === '' ? { kept: false, measured: `the check's process ended with ${status}` } : JSON.parse(said);
  const seconds = secondsSince(startedAt);
  return { ...outcome, commit, day: new Date(startedAt).toISOString().slice(0, 10), seconds };
}

function secondsSince(startedAt: number): number {
  return Math.round((Date.now() - startedAt) / 1000);
}

function writePage(): void {
  writeFileSync(PAGE, promisesPage(readResults()));
}

function readResults(): Record<string, PromiseResult> {
  const known = new Set<string>(PROMISES.filter(({ check }) => check !== undefined).map(({ id }) => id));
  const results = JSON.parse(readFileSync(RESULTS, 'utf8'));
  return Object.fromEntries(Object.entries<PromiseResult>(results).filter(([id]) => known.has(id)));
}

function promiseOf(id: string) {
  const promise = PROMISES.find((candidate) => candidate.id === id);
  if (promise === undefined)
    throw new Error(`there is no promise ${id}; there are ${PROMISES.map((p) => p.id).join(', ')}`);
  return promise;
}
