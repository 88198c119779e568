import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { basicAuth } from '../test/basic-auth.ts';
import type { BelfryServer } from '../test/belfry-process.ts';
import { dnsLine } from '../test/dns-lines.ts';
import { nativeCall } from './native-call.ts';

/** A sender that does one thing wrong, again and again, by default in the organization `sender`. */
export interface BadSender {
  readonly name: string;
  readonly title: string;
  /** Once, before anything is measured. */
  prepare?(server: BelfryServer): Promise<unknown>;
  /** Begins; answers what ends it. */
  start(server: BelfryServer): () => Promise<void>;
}

/** Runs work in so many lanes until it is ended; what a lane's work fails with is the server's to answer, and ignored. */
function repeat(lanes: number, work: (round: number) => Promise<unknown>): () => Promise<void> {
  let isOver = false;
  const running = Array.from({ length: lanes }, async (_, lane) => {
    for (let round = lane; !isOver; round += lanes) await work(round).catch(() => sleep(50));
  });
  return async () => {
    isOver = true;
    await Promise.all(running);
  };
}

/** Numbers that no two batches share, so that none is known again. */
let serial = 0;

async function upload(
  server: BelfryServer,
  { format, body }: { format: string; body: string | Buffer },
): Promise<void> {
  serial += 1;
  const url = `${server.address}/belfry/v1/organizations/sender/imports?path=bad-${serial}&format=${format}`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    body,
  });
  await answer.arrayBuffer();
}

const suricataLine = (more: object) =>
  `${JSON.stringify({
    timestamp: new Date().toISOString().replace('Z', '+0000'),
    event_type: 'alert',
    src_ip: '10.0.0.1',
    src_port: 1024 + (serial % 60_000),
    dest_ip: '192.0.2.1',
    dest_port: 443,
    proto: 'TCP',
    flow_id: serial,
    alert: { action: 'allowed', signature_id: 1, signature: 'bad sender', category: 'none', severity: 3 },
    ...more,
  })}\n`;

/** A record that the engine's own functions fail on: a null under a key that the mapping does not know. */
const records: BadSender = {
  name: 'records',
  title: 'batches of 200 Suricata lines, one of them with a null under an unknown key, on 2 connections',
  start: (server) =>
    repeat(2, async (round) => {
      const lines = Array.from({ length: 200 }, (_, row) => {
        serial += 1;
        return suricataLine(row === round % 200 ? { vendor_field: null } : {});
      });
      await upload(server, { format: 'suricata', body: lines.join('') });
      await sleep(100);
    }),
};

const LARGE_RULE = `title: Rule of many values
id: 6c1f7c35-5f5e-4f0a-9d59-3b2f0f2f7a13
status: test
logsource: {category: dns}
detection:
  selection:
    query|contains:
${Array.from({ length: 8_000 }, (_, index) => `      - value-${index}-of-a-list-that-is-long.example`).join('\n')}
  condition: selection
level: high
`;

const rule: BadSender = {
  name: 'rule',
  title: 'a rule of 8,000 values that is enabled, and 5 events a second for it',
  prepare: (server) =>
    nativeCall(server)('PUT', '/rules/packs/large', { files: [{ name: 'large.yml', text: LARGE_RULE }] }),
  start(server) {
    const call = nativeCall(server);
    const enabled = call('POST', '/rules/enable', { pack: 'large' }).catch(() => undefined);
    const stop = repeat(1, async (round) => {
      await enabled;
      await upload(server, {
        format: 'umbrella-csv',
        body: dnsLine({ time: new Date(), domain: `value-${round}-of-a-list-that-is-long.example.` }),
      });
      await sleep(200);
    });
    return async () => {
      await stop();
      await call('POST', '/rules/disable', { pack: 'large' });
    };
  },
};

const guesses: BadSender = {
  name: 'guesses',
  title: 'password guesses on 64 connections',
  start(server) {
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    const stop = repeat(64, async (round) => {
      const authorization = basicAuth(`guess${round % 100}@example.org`, `password ${round}`);
      const sent = request(`${server.address}/belfry/v1/status`, { agent, headers: { authorization } });
      const answered = once(sent, 'response');
      sent.end();
      const [answer] = await answered;
      answer.resume();
      await once(answer, 'end');
      // A guesser that is refused at once does not try thousands of times a second from one address.
      if (answer.statusCode === 429) await sleep(50);
    });
    return async () => {
      await stop();
      agent.destroy();
    };
  },
};

const slow: BadSender = {
  name: 'slow',
  title: '150 requests that are never finished, and 50 uploads of a byte a second',
  start(server) {
    const { hostname, port } = new URL(server.address);
    const sockets: Socket[] = [];
    const open = (head: string) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(head);
      socket.resume();
      sockets.push(socket);
    };
    for (let index = 0; index < 150; index += 1) open('GET /reports/v2/activity HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const path = '/belfry/v1/organizations/sender/imports?path=slow&format=umbrella-csv';
    for (let index = 0; index < 50; index += 1) {
      open(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token}\r\nContent-Length: 1000000\r\n\r\n`,
      );
    }
    const drip = setInterval(() => {
      for (const socket of sockets) if (!socket.destroyed) socket.write('a');
    }, 1_000);
    return async () => {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    };
  },
};

const LINE_ENDS = gzipSync(Buffer.alloc(100 * 2 ** 20, '\n'));
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

const packed: BadSender = {
  name: 'packed',
  title: 'gzips with damage at their end, gzips of 100 MB of line ends and deep JSON, on 3 connections',
  start(server) {
    const damaged = () => {
      const whole = gzipSync(dnsLine({ time: new Date(), domain: `damaged${serial}.example.` }));
      whole.writeUInt32LE(0, whole.length - 8);
      return whole;
    };
    const kinds = [
      () => upload(server, { format: 'umbrella-csv', body: damaged() }),
      () => upload(server, { format: 'umbrella-csv', body: LINE_ENDS }),
      () => nativeCall(server)('POST', '/organizations', DEEP),
    ];
    return repeat(3, async (round) => {
      await kinds[round % kinds.length]?.();
      await sleep(200);
    });
  },
};

export const BAD_SENDERS: readonly BadSender[] = [records, rule, guesses, slow, packed];
