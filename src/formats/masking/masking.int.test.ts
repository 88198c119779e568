import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestEvents } from '../../../test/test-events.ts';
import type { EventStore } from '../../events/client.ts';
import { maskedJsonOrEmpty } from './json-secrets.ts';
import { maskedUrls } from './url-secrets.ts';

let folder: string;
let store: EventStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-masking-'));
  store = await openTestEvents(join(folder, 'events'));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function masked(sql: string, texts: readonly string[]): Promise<string[]> {
  const rows = await store.query<{ masked: string }>(
    `SELECT ${sql} AS masked FROM (SELECT arrayJoin({texts:Array(String)}) AS text)`,
    { texts },
  );
  return rows.map((row) => row.masked);
}

it('masks the secrets of URLs, wherever they stand, and nothing else', async () => {
  const cases: readonly (readonly [text: string, masked: string])[] = [
    ['https://a.example/?token=abc&b=1', 'https://a.example/?token=***&b=1'],
    ['/x?a=1&ACCESS_TOKEN=abc#end', '/x?a=1&ACCESS_TOKEN=***#end'],
    ['/x;client-secret=a%20b', '/x;client-secret=***'],
    ['/x?pwd=a;b&c', '/x?pwd=***&c'],
    ['/x#id_token=abc', '/x#id_token=***'],
    ['/x?my-api-key=abc&apikey=def', '/x?my-api-key=***&apikey=***'],
    ['/x?X-Amz-Signature=abc&X-Amz-Credential=def', '/x?X-Amz-Signature=***&X-Amz-Credential=***'],
    ['user=kim&pass=abc', 'user=kim&pass=***'],
    ['"1","https://a.example/?token=abc","next"', '"1","https://a.example/?token=***","next"'],
    ['{"url":"\\/?password=a\\"b","c":1}', '{"url":"\\/?password=***","c":1}'],
    ['http://kim:se,cret@a.example/', 'http://***@a.example/'],
    ['http://kim@a.example/', 'http://***@a.example/'],
    ['{"url":"http:\\/\\/kim:abc@a.example\\/"}', '{"url":"http:\\/\\/***@a.example\\/"}'],
    ['http://a.example,kim@a.example', 'http://a.example,kim@a.example'],
    ['http://a.example/@kim?bypass=1&tokens=2', 'http://a.example/@kim?bypass=1&tokens=2'],
    ['kim@a.example', 'kim@a.example'],
    ['', ''],
  ];
  expect(
    await masked(
      maskedUrls('text'),
      cases.map(([text]) => text),
    ),
  ).toEqual(cases.map(([, wanted]) => wanted));
});

it('masks secret keys of JSON objects, and tells those that have none', async () => {
  const own = { keys: ['cookie'], replacements: [['PASS \\w+', 'PASS ***']], hints: ['pass '] } as const;
  const cases: readonly (readonly [text: string, masked: string])[] = [
    ['{"password":"a\\"b","c":1}', '{"password":"***","c":1}'],
    ['{"a":{"Community" : "public"},"pwd":123}', '{"a":{"Community" : "***"},"pwd":"***"}'],
    ['{"cookie":"a","line":"PASS abc","url":"?token=a"}', '{"cookie":"***","line":"PASS ***","url":"?token=***"}'],
    ['{"password":"","c":1}', '{"password":"","c":1}'],
    ['{"passwords":"abc"}', ''],
    ['not JSON', ''],
  ];
  expect(
    await masked(
      maskedJsonOrEmpty('text', own),
      cases.map(([text]) => text),
    ),
  ).toEqual(cases.map(([, wanted]) => wanted));
});
