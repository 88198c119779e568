import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import { appendAudit, verifyAudit } from '../audit.ts';
import { createOrganization, organizationBySlug } from '../repos/organizations.ts';
import { inTransaction } from '../transaction.ts';
import { MIGRATIONS } from './index.ts';

const ACTOR = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' } as const;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-migration-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('keeps organizations and the trail as they were, to the hash', async () => {
  const path = join(folder, 'control.db');
  const before = MIGRATIONS.findIndex(({ name }) => name === '0006-units-and-tasks');
  const old = await openTestControl(path, { migrations: MIGRATIONS.slice(0, before) });
  await old.db
    .insertInto('organizations')
    .values({ id: 7, uuid: 'u', slug: 'old', name: 'Old', parentId: null, createdAt: '2026-01-01T00:00:00.000Z' })
    .execute();
  const input = { actor: ACTOR, action: 'a.b', objectType: 'a', objectId: '1', organizationId: 7 };
  for (const result of ['success', 'failure'] as const) {
    await inTransaction(old.db, (trx) => appendAudit(trx, { ...input, result }));
  }
  const { head } = await verifyAudit(old.db);
  await old.close();

  const { db, close } = await openTestControl(path);
  try {
    expect(await verifyAudit(db)).toEqual({ entries: 2, head });
    expect(await organizationBySlug(db, 'old')).toMatchObject({ id: 7, name: 'Old' });
    await inTransaction(db, (trx) => appendAudit(trx, { ...input, result: 'partial_success' }));
    expect(await verifyAudit(db)).toMatchObject({ entries: 3 });
    const sameName = createOrganization(db, { slug: 'new', name: 'Old', actor: ACTOR });
    await expect(sameName).rejects.toMatchObject({ code: 'conflict' });
  } finally {
    await close();
  }
});
