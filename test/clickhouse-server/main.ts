import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startClickHouse } from './server.ts';

// The stand-in as a process of its own: prints its URL and serves until it is told to stop.
const { values } = parseArgs({
  options: {
    path: { type: 'string' },
    port: { type: 'string', default: '0' },
    user: { type: 'string', default: 'default' },
    password: { type: 'string', default: '' },
  },
});
if (values.path === undefined) throw new Error('--path names the directory of the engine');
const path = resolve(values.path);
await mkdir(path, { recursive: true });
const server = await startClickHouse({ ...values, path, port: Number(values.port) });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close().then(() => process.exit(0)));
}
process.stdout.write(`${server.url}\n`);
