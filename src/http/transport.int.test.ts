import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import type { Dialect, DialectDeps } from '../dialects/dialect.ts';
import { toAppError } from '../dialects/kit/to-app-error.ts';
import { type AppOptions, buildApp } from './app.ts';

interface Server {
  readonly app: FastifyInstance;
  /** Requests whose handler has begun. */
  readonly begun: string[];
  /** Lets the answer of `/test/wait` go. */
  answer(): void;
}

const MANY_BYTES = Buffer.alloc(64 * 2 ** 20, 'x');
let open: FastifyInstance[] = [];

afterEach(async () => {
  await Promise.all(open.map((app) => app.close()));
  open = [];
});

async function serve(options: Pick<AppOptions, 'transport' | 'tls'> = {}): Promise<Server> {
  const begun: string[] = [];
  const { promise, resolve } = deferred();
  const dialect: Dialect = {
    name: 'test',
    title: 'Test',
    apiVersion: '1',
    prefixes: ['/test'],
    async register(app) {
      app.setErrorHandler((error, request, reply) => dialect.replyWithError(error, request, reply));
      app.get('/test/wait', async () => {
        begun.push('wait');
        await promise;
        return { waited: true };
      });
      app.get('/test/many', (_request, reply) => {
        begun.push('many');
        return reply.type('application/octet-stream').send(Readable.from([MANY_BYTES]));
      });
      app.post('/test/json', async (request) => request.body);
      app.post('/test/unread', { config: { isUpload: true } }, async () => ({}));
      app.removeContentTypeParser('text/plain');
      app.addContentTypeParser('text/plain', (_request, payload, done) => done(null, payload));
      app.post('/test/upload', { config: { isUpload: true } }, async (request) => {
        let bytes = 0;
        for await (const chunk of request.body as Readable) {
          bytes += chunk.length;
          begun.push('upload');
          // This side is slower than the sender.
          if (request.headers['x-busy'] !== undefined) await sleep(Number(request.headers['x-busy']));
        }
        return { bytes };
      });
    },
    replyWithError(thrown, request, reply) {
      const { code } = toAppError(thrown, request.id);
      return reply.code(code === 'request_timeout' ? 408 : 503).send({ code });
    },
  };
  const app = await buildApp({
    config: { trustedProxies: [] },
    dialects: [dialect],
    deps: {} as DialectDeps,
    readiness: { check: async () => ({}), warnings: async () => ({}), figures: async () => [] },
    logger: false,
    ...options,
  });
  open.push(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, begun, answer: resolve };
}

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

interface Client {
  readonly socket: Socket;
  /** What came back, once the server has ended the connection. */
  readonly ended: Promise<string>;
}

async function send({ app }: Server, text: string): Promise<Client> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += chunk;
  });
  // A reset is one way to end a connection.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(received)));
  return { socket, ended };
}

const until = async (holds: () => boolean) => {
  while (!holds()) await sleep(5);
};

const HALF_A_HEADER = 'GET /test/wait HTTP/1.1\r\nHost: x\r\nX-Half: ';
const HALF_A_BODY =
  'POST /test/json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a"';
const HALF_AN_UPLOAD =
  'POST /test/upload HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n12345';
const WHOLE = 'GET /test/wait HTTP/1.1\r\nHost: x\r\n\r\n';

describe('a server that is told to stop', () => {
  const transport = { stopGraceMs: 0 };

  test.each([
    ['nothing', '', ''],
    ['half a header', HALF_A_HEADER, ''],
    ['half a body', HALF_A_BODY, '503'],
    ['half an upload', HALF_AN_UPLOAD, '503'],
  ])('ends a connection that has sent %s', async (_, text, status) => {
    const server = await serve({ transport });
    const client = await send(server, text);
    await until(() => server.app.connections.size === 1);
    if (status !== '') await until(() => server.app.connections.unfinished().length === 1);
    await server.app.close();
    expect((await client.ended).slice(0, 12)).toBe(status === '' ? '' : `HTTP/1.1 ${status}`);
  });

  test('ends a connection that has not finished its TLS handshake', async () => {
    const server = await serve({ transport, tls: { cert: '', key: '' } });
    const client = await send(server, '\x16\x03\x01\x02\x00');
    await until(() => server.app.connections.size === 1);
    await server.app.close();
    expect(await client.ended).toBe('');
  });

  test('answers what was asked as a whole, and takes nothing new', async () => {
    const server = await serve({ transport });
    const client = await send(server, WHOLE);
    await until(() => server.begun.length === 1);
    const closed = server.app.close();
    await until(() => !server.app.server.listening);
    await expect(fetch(`http://127.0.0.1:${client.socket.remotePort}/healthz`)).rejects.toThrow();
    server.answer();
    await closed;
    expect(await client.ended).toMatch(/^HTTP\/1\.1 200[\s\S]*\{"waited":true\}$/);
  });

  test('ends a connection that keeps alive or pipelines with the last answer that is owed', async () => {
    const server = await serve({ transport });
    const client = await send(server, WHOLE + WHOLE);
    await until(() => server.begun.length === 2);
    const closed = server.app.close();
    server.answer();
    await closed;
    expect((await client.ended).match(/HTTP\/1\.1 200/g)).not.toBeNull();
  });

  test('ends by force what does not read its answer', async () => {
    const server = await serve({ transport });
    const client = await send(server, 'GET /test/many HTTP/1.1\r\nHost: x\r\n\r\n');
    client.socket.pause();
    await until(() => server.begun.length === 1);
    const closed = server.app.close();
    server.app.connections.endAll();
    await closed;
    client.socket.resume();
    expect((await client.ended).length).toBeLessThan(MANY_BYTES.length);
  });
});

describe('a sender that is slow', () => {
  test('with its header is told so, and cut off', async () => {
    const server = await serve({ transport: { headerTimeoutMs: 50 } });
    const client = await send(server, HALF_A_HEADER);
    expect(await client.ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  test.each([
    ['a body', HALF_A_BODY, { bodyTimeoutMs: 50 }],
    ['an upload', HALF_AN_UPLOAD, { uploadWindowMs: 50, uploadBytesPerSecond: 1_000 }],
  ])('with %s is answered 408 as its surface answers, and cut off', async (_, text, transport) => {
    const client = await send(await serve({ transport }), text);
    expect(await client.ended).toMatch(/^HTTP\/1\.1 408 [\s\S]*\{"code":"request_timeout"\}$/);
  });

  test('with a byte every now and then is cut off too', async () => {
    const client = await send(
      await serve({ transport: { bodyTimeoutMs: 100 } }),
      HALF_A_BODY.replace(': 10', ': 9999'),
    );
    const dripping = setInterval(() => client.socket.write(' '), 10);
    try {
      expect(await client.ended).toMatch(/^HTTP\/1\.1 408 /);
    } finally {
      clearInterval(dripping);
    }
  });

  test('with what nobody waits for any more is cut off', async () => {
    const server = await serve({ transport: { bodyTimeoutMs: 50 } });
    const client = await send(server, HALF_AN_UPLOAD.replace('/upload', '/unread'));
    expect(await client.ended).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('is not blamed for time in which the server does not read', async () => {
    const server = await serve({ transport: { uploadWindowMs: 60, uploadBytesPerSecond: 2 ** 20 } });
    const body = 'x'.repeat(2 ** 20);
    const head = `POST /test/upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\nX-Busy: 100\r\nContent-Length: ${body.length}\r\n\r\n`;
    const client = await send(server, head + body);
    expect(await client.ended).toMatch(new RegExp(`^HTTP/1\\.1 200 [\\s\\S]*{"bytes":${body.length}}$`));
  });
});

test('a client that does not read its answer is cut off', async () => {
  const server = await serve({ transport: { stallTimeoutMs: 100 } });
  const client = await send(server, 'GET /test/many HTTP/1.1\r\nHost: x\r\n\r\n');
  client.socket.pause();
  await until(() => server.begun.length === 1);
  await until(() => server.app.connections.size === 0);
  client.socket.resume();
  expect((await client.ended).length).toBeLessThan(MANY_BYTES.length);
});
