import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Belfry, belfryOn } from '../belfry-process.ts';

let folder: string;
let belfry: Belfry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-stop-'));
  belfry = belfryOn(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const RECORDS = Array.from({ length: 3 }, (_, index) =>
  JSON.stringify({ timestamp: '2026-01-15T00:00:00Z', event_type: 'dns', src_ip: `10.0.0.${index}` }),
).join('\n');

/** Sends the beginning of a request and never its end. */
async function sendHalf(address: string, text: string): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

test('a server stops when it is told to, whatever clients have not sent yet', { timeout: 240_000 }, async () => {
  const server = await belfry.serve();
  await belfry.json('org', 'create', 'north', '--name', 'North');
  const authorization = `Authorization: Bearer ${server.token}`;
  const path = '/belfry/v1/organizations/north/imports?format=suricata-eve';
  const sockets = await Promise.all(
    [
      '',
      'GET /healthz HTTP/1.1\r\nHost: x\r\n',
      `POST /belfry/v1/organizations HTTP/1.1\r\nHost: x\r\n${authorization}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"slug"`,
      `POST ${path} HTTP/1.1\r\nHost: x\r\n${authorization}\r\nTransfer-Encoding: chunked\r\n\r\n${RECORDS.length.toString(16)}\r\n${RECORDS}\r\n`,
    ].map((text) => sendHalf(server.address, text)),
  );
  const ended = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  await server.stop();
  await Promise.all(ended);
  // It ended by itself: an end by force is an error in the log.
  expect(server.log()).not.toContain('ending');
});
