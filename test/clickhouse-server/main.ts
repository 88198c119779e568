import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startClickHouse } from './server.ts';
import type { Order } from './start-process.ts';

// The stand-in as a process of its own: prints its URL and serves until it is told to stop.
const { values } = parseArgs({
  options: {
    path: { type: 'string' },
    port: { type: 'string', default: '0' },
    user: { type: 'string', default: 'default' },
    password: { type: 'string', default: '' },
    version: { type: 'string' },
  },
});
if (values.path === undefined) throw new Error('--path names the directory of the engine');
const path = resolve(values.path);
await mkdir(path, { recursive: true });
const { user, password, version } = values;
const server = await startClickHouse({ path, port: Number(values.port), user, password, ...(version && { version }) });
const end = () => void server.close().then(() => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
// Where a process started it that can tell it what to do wrong, it ends with that one.
process.once('disconnect', end);
process.on('message', (order: Order) => {
  if ('clear' in order) server.troubles.clear();
  else server.troubles.plan(new RegExp(order.plan.statement), order.plan.trouble, order.plan.times);
  process.send?.('done');
});
process.stdout.write(`${server.url}\n`);
