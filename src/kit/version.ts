import { readFileSync } from 'node:fs';

/** The version in our package.json, which stands two folders up from here in sources and build alike. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
