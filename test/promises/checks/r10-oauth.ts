import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  noShare: 'its tests run with the others',
  async check(run) {
    const secrets = await useSecrets(run.directory);
    const found = await secretsAtRest(join(run.directory, 'data'), secrets);
    const { passed, failed } = await countTests(run, CLAUSES);
    const places = found.length === 0 ? 'none' : found.join(', ');
    return {
      kept: passed > 0 && failed === 0 && found.length === 0,
      measured: `${passed} clauses hold, ${failed} do not; of ${secrets.size} secrets and tokens in the data directory: ${places}`,
    };
  },
};

/** Makes and uses one of everything that is secret; answers them by name. */
async function useSecrets(directory: string): Promise<Map<string, string>> {
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
    const secrets = new Map([['the password', password]]);
    secrets.set('the secret before', client.clientSecret ?? '');
    secrets.set('the secret', key.clientSecret);
    secrets.set('the Clumio token', clumio.token ?? clumio.clientSecret ?? '');
    secrets.set('the Umbrella token', await tokenFrom(server, '/auth/v2/token', key));
    secrets.set('the USM token', await tokenFrom(server, '/api/2.0/oauth/token', key));
    return secrets;
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

/** Names of secrets whose bytes are in a file, and of the files. */
async function secretsAtRest(folder: string, secrets: ReadonlyMap<string, string>): Promise<string[]> {
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
