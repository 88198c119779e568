/**
 * Requests that fail while two processes behind nginx are restarted in turn, at first and after trying again as clients do.
 * `npx tsx bench/rolling-restart.ts [restarts of each]`; needs nginx (Debian: `apt-get install nginx`).
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { basicAuth } from '../test/basic-auth.ts';
import { type Belfry, type BelfryServer, belfryOn } from '../test/belfry-process.ts';
import { startServerStores } from '../test/server-stores.ts';

const CLIENTS = 8;
const TRIES = 4;
const restarts = Number(process.argv[2] ?? 5);
const folder = await mkdtemp(join(tmpdir(), 'belfry-rolling-'));
const stores = await startServerStores(folder);
const ports = [await freePort(), await freePort()];
const belfry = belfryOn(join(folder, 'data'), {
  ...stores.env,
  BELFRY_UMBRELLA_RATE_PER_SECOND: '0',
  BELFRY_TRUSTED_PROXIES: '127.0.0.1',
  BELFRY_LOG_LEVEL: 'error',
});
const serve = (index: number) => belfry.serve({ BELFRY_PORT: String(ports[index]) });
const servers: BelfryServer[] = [await serve(0), await serve(1)];
const proxy = await startNginx();
const agent = new Agent({ keepAlive: true });
const counts = { requests: 0, triedAgain: 0, failed: 0, restarts: 0 };
let isDone = false;

try {
  const basic = await credentials(belfry);
  const token = JSON.parse(await askedAgain('POST', '/auth/v2/token', basic)).access_token as string;
  const asking = Array.from({ length: CLIENTS }, async (_, number) => {
    while (!isDone) {
      if (number % 4 === 0) await askedAgain('POST', '/auth/v2/token', basic).catch(() => undefined);
      else
        await askedAgain('GET', '/reports/v2/activity/dns?from=-1days&to=now&limit=10', token).catch(() => undefined);
    }
  });
  for (let round = 0; round < restarts; round += 1) {
    for (const index of [0, 1]) {
      await servers[index]?.stop();
      servers[index] = await serve(index);
      counts.restarts += 1;
      await sleep(1_000);
    }
  }
  isDone = true;
  await Promise.all(asking);
  const { requests, triedAgain, failed } = counts;
  console.log(`${counts.restarts} restarts, ${requests} requests: ${triedAgain} tried again, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
} finally {
  agent.destroy();
  proxy.process.kill('SIGTERM');
  await once(proxy.process, 'exit');
  for (const server of servers) await server.stop();
  await stores.stop();
  await rm(folder, { recursive: true, force: true });
}

/** The answer's body; what fails is tried again, with a short wait, as the vendors' clients do. */
async function askedAgain(method: string, path: string, credential: string): Promise<string> {
  counts.requests += 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(method, path, credential);
    } catch (error) {
      if (attempt === TRIES) {
        counts.failed += 1;
        console.log(`failed: ${method} ${path}: ${error}`);
        throw error;
      }
      counts.triedAgain += 1;
      await sleep(100 * 2 ** attempt);
    }
  }
}

function ask(method: string, path: string, credential: string): Promise<string> {
  const body = method === 'POST' ? 'grant_type=client_credentials' : undefined;
  const type = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const authorization = body === undefined ? `Bearer ${credential}` : credential;
  return new Promise((resolve, reject) => {
    const sent = request(
      `${proxy.url}${path}`,
      { method, agent, headers: { ...type, authorization } },
      async (answer) => {
        try {
          let text = '';
          for await (const chunk of answer.setEncoding('utf8')) text += chunk;
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`status ${answer.statusCode}`));
        } catch (error) {
          reject(error);
        }
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function credentials(server: Belfry): Promise<string> {
  await server.json('org', 'create', 'acme', '--name', 'Acme');
  const { clientId, clientSecret } = await server.json('client', 'create', 'acme', '--name', 'rolling');
  return basicAuth(clientId, clientSecret);
}

/** With the file that is deployed, but for names, TLS and where it writes. */
async function startNginx(): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const deployed = await readFile(new URL('../deploy/nginx/belfry.conf', import.meta.url), 'utf8');
  const site = deployed
    .replace('belfry-1:8787', `127.0.0.1:${ports[0]}`)
    .replace('belfry-2:8787', `127.0.0.1:${ports[1]}`)
    .replace(/server \{\n {4}listen 80;[^}]*\}\n/, '')
    .replace(/listen 443 ssl.*;/, `listen 127.0.0.1:${port};`)
    .replace(/^ *(ssl_|access_log ).*;$/gm, '');
  const path = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  await writeFile(
    path,
    `daemon off; worker_processes 1; pid ${join(folder, 'nginx.pid')}; error_log ${join(folder, 'error.log')} error;
events {}
http { access_log off; ${temporary.join(' ')}
${site} }`,
  );
  const child = spawn('nginx', ['-c', path, '-p', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  await sleep(500);
  if (child.exitCode !== null) throw new Error('nginx did not start');
  return { url: `http://127.0.0.1:${port}`, process: child };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
