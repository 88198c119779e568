import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../../test/world.ts';
import { AppError } from '../../model/errors.ts';
import { FailedSecretLog, FailureLimiter } from './index.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world?.close());

test('the audit trail has wrong secrets, summed by client and address, and no other text', async () => {
  const wrongSecrets = new FailedSecretLog(world.context);
  const limits = { perAccount: 2, perAddress: 100 };
  const limiter = new FailureLimiter(world.deps.countRequest, limits, { wrongSecrets });
  const { client } = await world.createClient(world.organizations.branch);
  const guess = async (from: string, account: string) => {
    const attempt = { surface: 'test', from, account };
    const refuse = async () => {
      throw new AppError('unauthenticated', { public: 'no' });
    };
    await expect(limiter.verifySecret(attempt, refuse)).rejects.toThrow();
  };
  for (let round = 0; round < 5; round += 1) await guess('192.0.2.1', client.id);
  await guess('192.0.2.2', client.id);
  for (const account of ['0'.repeat(32), '1'.repeat(32), 'a secret in the wrong field'])
    await guess('192.0.2.1', account);
  await limiter.verifySecret({ surface: 'test', from: '192.0.2.3', account: client.id }, async () => 'in');
  await wrongSecrets.flush();
  await wrongSecrets.flush();
  const entries = await world.context.control.db
    .selectFrom('auditEntries')
    .selectAll()
    .where('action', '=', 'client.authenticate')
    .orderBy('seq')
    .execute();
  const shown = entries.map(({ actorFrom, objectId, organizationId, result, detail }) => [
    actorFrom,
    objectId,
    organizationId,
    result,
    JSON.parse(detail ?? '{}').attempts,
  ]);
  const { id } = world.organizations.branch;
  expect(shown).toEqual([
    ['192.0.2.1', client.id, id, 'failure', 5],
    ['192.0.2.2', client.id, id, 'failure', 1],
    ['192.0.2.1', 'unknown', null, 'failure', 3],
  ]);
  expect(JSON.stringify(entries)).not.toContain('wrong field');
});
