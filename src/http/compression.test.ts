import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dialect, DialectDeps } from '../dialects/dialect.ts';
import { buildApp } from './app.ts';

const LONG = JSON.stringify(Array.from({ length: 1000 }, (_, index) => ({ index, text: 'the same again' })));
const SHORT = JSON.stringify({ text: 'the same again' });
const HUGE = `[${Array.from({ length: 100 }, () => LONG).join()}]`;
const PACKED = gzipSync(LONG);

const dialect: Dialect = {
  name: 'test',
  title: 'Test',
  apiVersion: '1',
  prefixes: ['/test'],
  async register(app) {
    const answers: Record<string, [type: string, body: () => unknown]> = {
      long: ['application/json;charset=UTF-8', () => LONG],
      huge: ['application/json', () => HUGE],
      short: ['application/json', () => SHORT],
      vendor: ['application/api.clumio.reports=v1+json', () => LONG],
      stream: ['application/json', () => Readable.from([LONG])],
      csv: ['text/csv', () => LONG],
    };
    for (const [name, [type, body]] of Object.entries(answers)) {
      app.get(`/test/${name}`, (_request, reply) => reply.type(type).send(body()));
    }
    app.get('/test/fault', (_request, reply) => reply.code(400).type('application/json').send(LONG));
    app.get('/test/file', (_request, reply) =>
      reply.headers({ 'content-type': 'text/csv', 'accept-ranges': 'bytes' }).send(LONG),
    );
    app.get('/test/packed', (_request, reply) =>
      reply.headers({ 'content-type': 'application/json', 'content-encoding': 'gzip' }).send(PACKED),
    );
    app.get('/test/part', (_request, reply) => {
      const headers = { 'content-type': 'application/json', 'content-range': `bytes 0-1999/${LONG.length}` };
      return reply.code(206).headers(headers).send(LONG.slice(0, 2000));
    });
    app.post('/test/echo', async (request) => request.body);
  },
  replyWithError: (_thrown, _request, reply) => reply.code(500).send({}),
};

describe('an answer', () => {
  let app: FastifyInstance;

  beforeAll(async () => {
    const readiness = { check: async () => ({}), warnings: async () => ({}), figures: async () => [] };
    const config = { trustedProxies: [] };
    app = await buildApp({ config, dialects: [dialect], deps: {} as DialectDeps, readiness, logger: false });
  });

  afterAll(() => app.close());

  const get = (name: string, encoding?: string) =>
    app.inject({ url: `/test/${name}`, ...(encoding !== undefined && { headers: { 'accept-encoding': encoding } }) });

  test.each([
    ['long', 'gzip', LONG],
    ['long', 'gzip, deflate, br, zstd', LONG],
    ['long', 'br;q=1.0, gzip;q=0.5, *;q=0.1', LONG],
    ['huge', 'gzip', HUGE],
    ['vendor', 'gzip', LONG],
    ['csv', 'gzip', LONG],
    ['stream', 'gzip', LONG],
    ['fault', 'gzip', LONG],
  ])('%s is compressed for %s', async (name, encoding, expected) => {
    const answer = await get(name, encoding);
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(answer.rawPayload.length).toBeLessThan(expected.length / 5);
    expect(gunzipSync(answer.rawPayload).toString()).toBe(expected);
    const plain = await get(name);
    expect(plain.body).toBe(expected);
    expect(plain.headers['content-type']).toBe(answer.headers['content-type']);
    expect(plain.statusCode).toBe(answer.statusCode);
  });

  test.each([
    ['long', undefined, LONG],
    ['long', 'identity', LONG],
    ['long', 'gzip;q=0', LONG],
    ['long', 'compress', LONG],
    ['short', 'gzip', SHORT],
    ['file', 'gzip', LONG],
    ['part', 'gzip', LONG.slice(0, 2000)],
  ])('%s is plain for %s', async (name, encoding, expected) => {
    const answer = await get(name, encoding);
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(answer.body).toBe(expected);
    expect(answer.headers['content-length']).toBe(String(expected.length));
  });

  test('that is compressed already is left alone', async () => {
    expect((await get('packed', 'gzip')).rawPayload.equals(PACKED)).toBe(true);
  });

  test('is not made of a compressed request', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await app.inject({ method: 'POST', url: '/test/echo', headers, payload: gzipSync('{}') });
    expect(answer.statusCode).toBe(400);
  });
});
