import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, sentenceOf } from '../../test/clickhouse-server/sentence-of.ts';
import { type ClickHouse, startClickHouse } from '../../test/clickhouse-server/server.ts';
import { openEventStore } from './client.ts';

let folder: string;
let server: ClickHouse;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-server-opening-'));
  server = await startClickHouse({ path: join(folder, 'events'), user: 'belfry', password: PASSWORD });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** The stand-in's URL with something else in it. */
function urlWith(change: (url: URL) => void): string {
  const url = new URL(server.url);
  change(url);
  return url.href;
}

test('a database is the one of the address, with or without a slash after it', async () => {
  for (const [path, database] of [
    ['', 'default'],
    ['/', 'default'],
    ['/system', 'system'],
    ['/system/', 'system'],
  ]) {
    const store = await openEventStore({ url: `${server.url}${path}` });
    expect(await store.query('SELECT currentDatabase() AS database')).toEqual([{ database }]);
    await store.close();
  }
});

test('what cannot be opened is told with its reason, and never with the password', async () => {
  const open = (change: (url: URL) => void) => sentenceOf(openEventStore({ url: urlWith(change) }));
  expect(await open((url) => (url.password = 'wrong'))).toBe(
    'the ClickHouse server at SERVER does not let its user in: user or password are wrong',
  );
  expect(await open((url) => (url.pathname = '/no_such_database'))).toMatch(/SERVER has no such database/);
  expect(await open((url) => (url.port = '1'))).toBe(
    'the ClickHouse server at SERVER cannot be reached: nothing listens there',
  );
  expect(await open((url) => (url.hostname = 'clickhouse.invalid'))).toMatch(
    /^the ClickHouse server at clickhouse\.invalid:\d+ cannot be reached/,
  );
  expect(await open((url) => (url.protocol = 'https'))).toMatch(/SERVER does not speak TLS there/);
});

test('a password that is not written as it must be is not told', async () => {
  const sentence = await sentenceOf(
    openEventStore({ url: `http://belfry:${PASSWORD.replaceAll(/[@:/]/g, '')}@127.0.0.1:${server.port}` }),
  );
  expect(sentence).toBe('user or password in the address of the ClickHouse server hold a % that is not written as %25');
});

test('a server whose certificate nobody knows, or that wants TLS, is told apart', async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const certificate = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost -keyout ${key} -out ${cert}`;
  await promisify(execFile)('openssl', certificate.split(' '));
  const secure = createSecureServer({ key: await readFile(key), cert: await readFile(cert) });
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  const { port } = secure.address() as AddressInfo;
  expect(await sentenceOf(openEventStore({ url: `https://127.0.0.1:${port}` }))).toMatch(
    /nobody here knows who signed its certificate/,
  );
  expect(await sentenceOf(openEventStore({ url: `http://127.0.0.1:${port}` }))).toMatch(
    /broke the connection|does not speak HTTP there/,
  );
  secure.close();
});

test('a server that is too old, and what is none, are refused', async () => {
  const old = await startClickHouse({ path: join(folder, 'events'), version: '24.8.4.13' });
  expect(await sentenceOf(openEventStore({ url: old.url }))).toBe(
    'the ClickHouse server at SERVER is version 24.8, and Belfry needs 25.3 or newer',
  );
  await old.close();
  const other = createServer((_, response) => response.writeHead(502).end('<html>Bad Gateway</html>'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  expect(
    await sentenceOf(openEventStore({ url: `http://u:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}` })),
  ).toMatch(/gave an answer that is none of ClickHouse/);
  other.close();
});
