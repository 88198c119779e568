import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of a file of this package. */
export function inRoot(path) {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** The text of a file, undefined where there is none. */
export function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Tells the person at the terminal; standard output belongs to the command. */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

export function fail(sentence) {
  say(sentence);
  process.exit(1);
}
