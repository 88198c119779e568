import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import type { Actor } from '../../model/scope.ts';
import type { Control } from '../database.ts';
import type { Db } from '../transaction.ts';
import { finishImport, listImports, startImport } from './imports.ts';
import { createOrganization } from './organizations.ts';

const actor: Actor = { type: 'operator', id: 'local', label: 'operator', from: 'local', via: 'cli' };
const receipt = { received: 10, stored: 7, rejected: 1, duplicate: 2, ignored: 0, setAside: 0 };

let folder: string;
let control: Control;
let db: Db;
let organizationId: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-imports-'));
  control = await openTestControl(join(folder, 'control.db'));
  db = control.db;
  organizationId = (await createOrganization(db, { slug: 'north', name: 'North', actor })).id;
});

afterEach(async () => {
  await control.close();
  await rm(folder, { recursive: true });
});

test('imports fail with a reason and are listed newest first', async () => {
  const first = await startImport(db, { organizationId, path: 'a', format: 'eve', actor });
  const failed = await finishImport(db, first.id, { receipt, failure: 'the disk is full' });
  expect(failed).toMatchObject({ state: 'failed', format: 'eve', reason: 'the disk is full' });
  await db.updateTable('imports').set({ startedAt: '2026-01-01T00:00:00.000Z' }).where('id', '=', first.id).execute();
  const second = await startImport(db, { organizationId, path: 'b', actor });
  const ids = async (input: Parameters<typeof listImports>[1]) => (await listImports(db, input)).map((one) => one.id);
  expect(await ids({ organizationId, limit: 10 })).toEqual([second.id, first.id]);
  expect(await ids({ limit: 1 })).toEqual([second.id]);
  expect(await ids({ state: 'failed', limit: 10 })).toEqual([first.id]);
  expect(await ids({ organizationId: organizationId + 1, limit: 10 })).toEqual([]);
});

test('what a process says of its own import holds, whatever others set down when they took it for gone', async () => {
  const { id } = await startImport(db, { organizationId, path: 'a', actor, owner: 'slow' });
  await finishImport(db, id, { receipt, failure: 'the process ended before the import did' });
  const another = finishImport(db, id, { receipt, owner: 'another' });
  await expect(another).rejects.toMatchObject({ code: 'not_found' });
  expect(await finishImport(db, id, { receipt, owner: 'slow' })).toMatchObject({ state: 'finished', reason: null });
});
