import { progress } from '@clack/prompts';

/** Shows how far an import is. */
export interface ImportProgress {
  /** Another file begins. */
  file(path: string): void;
  /** So many more bytes were sent. */
  advance(bytes: number): void;
  end(): void;
}

const SILENT: ImportProgress = { file() {}, advance() {}, end() {} };

const STEPS = 1000;

/**
 * Ends the process as Ctrl-C does where nobody handles it: at once, whatever the engine is doing. What was acknowledged is
 * finished by the next process.
 */
function endInterrupted(): void {
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}

/** A bar on standard error where that is a terminal and the sizes are known; else nothing. */
export function importProgress(totalBytes: number | undefined): ImportProgress {
  if (!process.stderr.isTTY || !totalBytes) return SILENT;
  const bar = progress({
    max: STEPS,
    output: process.stderr,
    indicator: 'timer',
    cancelMessage: 'interrupted; what was sent is kept, and the same import again goes on from there',
    onCancel: endInterrupted,
  });
  let current = '';
  let sent = 0;
  let shown = 0;
  // The library takes Ctrl-C for itself and would end the process as if all were well, with the engine at work.
  process.once('exit', endInterrupted);
  bar.start('importing');
  return {
    file(path) {
      current = path;
      bar.message(current);
    },
    advance(bytes) {
      sent += bytes;
      const step = Math.floor((sent / totalBytes) * STEPS);
      if (step > shown) bar.advance(step - shown, `${current}  ${megabytes(sent)} of ${megabytes(totalBytes)}`);
      shown = Math.max(shown, step);
    },
    end() {
      process.off('exit', endInterrupted);
      bar.stop(`${megabytes(sent)} sent`);
    },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
