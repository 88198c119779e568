import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { reportFailure, reportUsage } from './report.ts';

/**
 * Runs one command.
 *
 * @returns the exit code: 0 done, 1 failed, 2 not understood
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  // Asked for before the arguments are understood: how a misunderstanding is told depends on it.
  const json = args.includes('--json');
  dieWithItsReader();
  try {
    await createProgram({ json }).parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      reportFailure(error, { json });
      return 1;
    }
    if (error.exitCode === 0) return 0;
    reportUsage(error, { json });
    return 2;
  }
}

/** `belfry rejects acme | head` ends when `head` does, and that is no failure. */
function dieWithItsReader(): void {
  process.stdout.on('error', (error: Error & { code?: string }) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
