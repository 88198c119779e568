import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestControl } from '../../test/test-control.ts';
import { appendAudit, verifyAudit } from './audit.ts';
import type { Control } from './database.ts';
import {
  clearTables,
  countRows,
  DUMPED_TABLES,
  type DumpedRow,
  dumpTable,
  insertDumped,
  UNDUMPED_TABLES,
} from './dump.ts';
import { settleRow } from './dump-settled.ts';
import { createOrganization } from './repos/organizations.ts';
import { inTransaction } from './transaction.ts';

const ACTOR = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' } as const;

let folder: string;
let control: Control;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-dump-'));
  control = await openTestControl(join(folder, 'control.db'));
});

afterAll(async () => {
  await control.close();
  await rm(folder, { recursive: true, force: true });
});

test('knows of every table whether it is dumped', async () => {
  const ofServer = sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = current_schema()`;
  const ofFile = sql<{ name: string }>`select name from sqlite_master
    where type = 'table' and name not like 'sqlite%'`;
  const { rows } = await (control.shared ? ofServer : ofFile).execute(control.db);
  const known = [...DUMPED_TABLES.map(({ name }) => name), ...UNDUMPED_TABLES];
  expect(known.sort()).toEqual(rows.map(({ name }) => name).sort());
});

test('shows one moment while others write', async () => {
  await control.withSnapshot(async (snapshot) => {
    const before = await countRows(snapshot, 'organizations');
    await createOrganization(control.db, { slug: 'late', name: 'Late', actor: ACTOR });
    expect(await countRows(snapshot, 'organizations')).toBe(before);
    expect(await countRows(control.db, 'organizations')).toBe(before + 1);
  });
  await expect(control.withSnapshot((snapshot) => clearTables(snapshot, ['jobs']))).rejects.toThrow();
});

test('writes to another database what it read from one, page by page', async () => {
  await inTransaction(control.db, async (trx) => {
    for (let index = 0; index < 4_500; index += 1) {
      await appendAudit(trx, {
        actor: ACTOR,
        action: 'a.b',
        objectType: 'a',
        objectId: 'ü😀',
        organizationId: null,
        result: 'success',
      });
    }
  });
  const other = await openTestControl(join(folder, 'other.db'));
  try {
    await inTransaction(other.db, async (trx) => {
      await clearTables(
        trx,
        DUMPED_TABLES.map(({ name }) => name),
      );
      for (const table of DUMPED_TABLES) {
        for await (const rows of dumpTable(control.db, table)) await insertDumped(trx, table.name, rows);
      }
    });
    for (const { name } of DUMPED_TABLES)
      expect(await countRows(other.db, name), name).toBe(await countRows(control.db, name));
    expect(await verifyAudit(other.db)).toEqual(await verifyAudit(control.db));
  } finally {
    await other.close();
  }
});

const SETTLING = {
  horizon: 5,
  cutImports: new Set(['cut']),
  moment: '2026-01-01T00:00:00.000Z',
  jobKinds: ['copying'],
  settings: ['copy'],
};

test.each<readonly [table: string, row: DumpedRow, settled: object | undefined]>([
  ['batches', { seq: 5, owner: 'p' }, { seq: 5, owner: null, lease_until: null }],
  ['batches', { seq: 6 }, undefined],
  [
    'imports',
    { id: 'a', state: 'finished', receipt: '{}', owner: 'p' },
    { state: 'finished', receipt: '{}', owner: null },
  ],
  ['imports', { id: 'a', state: 'running', finished_at: null }, { state: 'failed', finished_at: SETTLING.moment }],
  [
    'imports',
    { id: 'cut', state: 'finished', receipt: '{}', finished_at: 't' },
    { state: 'failed', receipt: null, finished_at: 't' },
  ],
  ['jobs', { kind: 'x', state: 'running', owner: 'p' }, { state: 'queued', owner: null, lease_until: null }],
  ['jobs', { kind: 'copying', state: 'running' }, undefined],
  ['peers', { owner: 'p', lease_until: 't' }, { owner: null, lease_until: null }],
  ['settings', { key: 'copy' }, undefined],
  ['counters', { name: 'batch', value: 9 }, { name: 'batch', value: 9 }],
])('settles a row of %s: %j', (table, row, settled) => {
  const found = settleRow(table, row, SETTLING);
  if (settled === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(settled);
});
