import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { basicAuth } from '../../basic-auth.ts';
import { tokenFrom } from '../../client-token.ts';
import { countTests } from '../counted-tests.ts';
import type { PublicPromise } from '../promise.ts';
import { type ServerHere, serveHere } from '../server-here.ts';

/** One test for each clause of each RFC and each surface. */
const CLAUSES = ['test/contract/oauth.int.test.ts'];

export const oauthFollowsTheBook: PublicPromise = {
  id: 'R10',
  claim: 'OAuth follows its RFCs',
  figure: 'every MUST that applies of RFC 6749, 6750, 7009, 7662 and 8414; no secret in plain text at rest',
  async check(run) {
    const { secrets, clientId } = await useSecrets(run.directory);
    const data = join(run.directory, 'data');
    const found = await secretsAtRest(data, secrets);
    // What is no secret is found: otherwise silence proves nothing.
    const control = await secretsAtRest(data, new Map([['the client id', clientId]]));
    if (control.length === 0) throw new Error('not even the id of a client is found in the data directory');
    const places = found.length === 0 ? 'none' : found.join(', ');
    const atRest = `of ${secrets.size} secrets and tokens in the data directory: ${places}`;
    // The clauses run with the other tests.
    if (run.scale === 'share') return { kept: found.length === 0, measured: atRest };
    const { passed, failed, skipped } = await countTests(run, CLAUSES);
    return {
      kept: passed > 0 && failed === 0 && skipped === 0 && found.length === 0,
      measured: `${passed} clauses hold, ${failed} do not; ${atRest}`,
    };
  },
};

/** Makes and uses one of everything that is secret; answers them by name. */
async function useSecrets(directory: string): Promise<{ secrets: Map<string, string>; clientId: string }> {
  const server = await serveHere(directory);
  try {
    const password = 'this password is in no file';
    await ask(server, '/organizations', { slug: 'acme', name: 'Acme' });
    const person = { email: 'amy@acme.example', name: 'Amy', role: 'manager', organization: 'acme', password };
    await ask(server, '/users', person);
    const client = await ask(server, '/clients', { organization: 'acme', name: 'script' });
    const clumio = await ask(server, '/clients', { organization: 'acme', name: 'reports', api: 'clumio' });
    const renewed = await ask(server, `/clients/${client.clientId}/reset-secret`, {});
    const key = { clientId: client.clientId ?? '', clientSecret: renewed.clientSecret ?? '' };
    const umbrella = await tokenFrom(server, '/auth/v2/token', key);
    const usm = await tokenFrom(server, '/api/2.0/oauth/token', key);
    const pairs = { password: basicAuth(person.email, password), key: basicAuth(key.clientId, key.clientSecret) };
    const wrong = { password: 'this guess is in no file', secret: 'neither is this secret' };
    await use(server, '/belfry/v1/status', pairs.password, 200);
    await use(server, '/belfry/v1/status', basicAuth(person.email, wrong.password), 401);
    await use(server, '/belfry/v1/status', basicAuth(wrong.password, password), 401);
    await use(server, '/audit-trails', `Bearer ${clumio.token}`, 200);
    await use(server, '/reports/v2/activity?from=-1days&to=now&limit=1', `Bearer ${umbrella}`, 200);
    await use(server, '/api/2.0/alarms', `Bearer ${usm}`, 200);
    const { clientId } = key;
    await tokenFrom(server, '/auth/v2/token', { clientId, clientSecret: wrong.secret }).catch(() => undefined);
    const secrets = new Map([
      ['the password', password],
      ['the secret before', client.clientSecret ?? ''],
      ['the secret', key.clientSecret],
      ['the Clumio token', clumio.token ?? ''],
      ["the Clumio token's secret", clumio.clientSecret ?? ''],
      ['the Umbrella token', umbrella],
      ['the USM token', usm],
      ['a wrong password', wrong.password],
      ['a wrong secret', wrong.secret],
      ...Object.entries(pairs).map(([name, value]): [string, string] => [
        `the ${name} as sent`,
        value.split(' ')[1] ?? '',
      ]),
    ]);
    return { secrets, clientId };
  } finally {
    await server.stop();
  }
}

type Answer = Readonly<Partial<Record<'clientId' | 'clientSecret' | 'token', string>>>;

async function ask({ address, token }: ServerHere, path: string, body: object): Promise<Answer> {
  const answer = await fetch(`${address}/belfry/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

async function use({ address }: ServerHere, path: string, authorization: string, expected: number) {
  const answer = await fetch(`${address}${path}`, { headers: { authorization } });
  const text = await answer.text();
  if (answer.status !== expected) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
}

/**
 * Names of secrets whose bytes are in a file, and of the files. The database moves what is in its log to its main file, and
 * removes the log, some time after it was closed: where a file goes meanwhile, all are read again.
 */
async function secretsAtRest(folder: string, secrets: ReadonlyMap<string, string>): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await secretsIn(folder, secrets);
    } catch (error) {
      if (attempt === 5 || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

async function secretsIn(folder: string, secrets: ReadonlyMap<string, string>): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const bytes = await readFile(join(entry.parentPath, entry.name));
    for (const [name, secret] of secrets) {
      if (secret === '') throw new Error(`${name} is empty`);
      if (bytes.includes(secret)) found.push(`${name} in ${entry.name}`);
    }
  }
  return found;
}
