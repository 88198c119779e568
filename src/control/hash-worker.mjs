// Derives keys from passwords in a thread of its own. Plain JavaScript: Node starts it as it is, from the sources as well as from dist/.
import { scryptSync } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

/** With cores to spare a key takes as long as ever; where guesses come by the hundred, everything else goes first. */
const NICENESS = 10;

yieldToOthers();

/** Linux keeps a niceness for each thread, and gives the number of this one as `PID/task/TID`; elsewhere nothing changes. */
function yieldToOthers() {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (thread > 0) setPriority(thread, NICENESS);
  } catch {
    // Without it, keys are derived at the priority of the process.
  }
}

parentPort?.on('message', ({ password, salt, bytes, options }) => {
  try {
    parentPort?.postMessage({ key: scryptSync(password, salt, bytes, options) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
