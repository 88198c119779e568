// Derives keys from passwords in a thread of its own. Plain JavaScript: Node starts it as it is, from the sources as well as from dist/.
import { scryptSync } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', ({ password, salt, bytes, options }) => {
  try {
    parentPort?.postMessage({ key: scryptSync(password, salt, bytes, options) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
