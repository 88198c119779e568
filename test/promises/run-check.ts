import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome, PublicPromise, Scale } from './promise.ts';

/** Runs the check of a promise in a directory of its own. What it throws is an outcome too: the promise is not kept. */
export async function runCheck(promise: PublicPromise, scale: Scale, log: (line: string) => void): Promise<Outcome> {
  if (promise.check === undefined) return { kept: false, measured: 'not measured' };
  const directory = await mkdtemp(join(tmpdir(), `belfry-${promise.id.toLowerCase()}-`));
  try {
    return await promise.check({ scale, directory, log });
  } catch (error) {
    return { kept: false, measured: `the check failed: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
