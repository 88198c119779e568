import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestControl } from '../../test/test-control.ts';
import type { Actor } from '../model/scope.ts';
import { type AuditInput, appendAudit, verifyAudit } from './audit.ts';
import type { Control } from './database.ts';
import type { AuditEntryRow } from './tables.ts';
import { inTransaction, type Trx } from './transaction.ts';

let dir: string;
let control: Control;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-audit-'));
  control = await openTestControl(join(dir, 'control.db'));
});

afterAll(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

const undone = new Error('undone');

/** Runs `work` on an empty trail and takes it back. */
async function onEmptyTrail(work: (trx: Trx) => Promise<void>): Promise<void> {
  const run = inTransaction(control.db, async (trx) => {
    await work(trx);
    throw undone;
  });
  await run.catch((error: unknown) => {
    if (error !== undone) throw error;
  });
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('a\0b', 'half \uD83D of a pair'),
);

const anyActor: fc.Arbitrary<Actor> = fc.record({
  type: fc.constantFrom('client', 'user', 'operator', 'system'),
  id: anyText,
  label: anyText,
  from: anyText,
  via: anyText,
});

const anyInput: fc.Arbitrary<AuditInput> = fc.record(
  {
    actor: anyActor,
    action: fc.constantFrom('organization.create', 'user.sign_in'),
    objectType: fc.constantFrom('organization', 'user'),
    objectId: anyText,
    objectLabel: anyText,
    organizationId: fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 })),
    result: fc.constantFrom('success', 'failure'),
    detail: fc.dictionary(anyText, fc.jsonValue()),
  },
  { requiredKeys: ['actor', 'action', 'objectType', 'objectId', 'organizationId', 'result'] },
);

const anyTrail = fc.array(anyInput, { minLength: 1, maxLength: 8 });

async function write(trx: Trx, trail: readonly AuditInput[]): Promise<AuditEntryRow[]> {
  for (const input of trail) await appendAudit(trx, input);
  return trx.selectFrom('auditEntries').selectAll().orderBy('seq').execute();
}

async function rewrite(trx: Trx, entries: readonly AuditEntryRow[]): Promise<void> {
  await trx.deleteFrom('auditEntries').execute();
  for (const entry of entries) await trx.insertInto('auditEntries').values(entry).execute();
}

/** Another value for a column, of the kind it holds. */
function altered<K extends keyof AuditEntryRow>(entry: AuditEntryRow, column: K): AuditEntryRow {
  const value: unknown = entry[column];
  if (column === 'organizationId') return { ...entry, organizationId: (entry.organizationId ?? 0) + 1000 };
  if (column === 'result') return { ...entry, result: entry.result === 'success' ? 'failure' : 'success' };
  return { ...entry, [column]: typeof value === 'number' ? value + 1000 : `${String(value ?? '')}x` };
}

const COLUMNS: readonly (keyof AuditEntryRow)[] = [
  'seq',
  'time',
  'actorType',
  'actorId',
  'actorLabel',
  'actorFrom',
  'actorVia',
  'action',
  'objectType',
  'objectId',
  'objectLabel',
  'organizationId',
  'result',
  'detail',
  'prevHash',
  'hash',
];

function assertTampering<T>(
  tampering: fc.Arbitrary<T>,
  tamper: (entries: AuditEntryRow[], how: T) => AuditEntryRow[] | undefined,
): Promise<void> {
  const property = fc.asyncProperty(anyTrail, tampering, (trail, how) =>
    onEmptyTrail(async (trx) => {
      const tampered = tamper(await write(trx, trail), how);
      fc.pre(tampered !== undefined);
      await rewrite(trx, tampered);
      expect((await verifyAudit(trx)).fault).toBeDefined();
    }),
  );
  return fc.assert(property, { numRuns: 60 });
}

describe('the audit trail', () => {
  it('is good when nobody touched it, whatever was written', async () => {
    const property = fc.asyncProperty(anyTrail, (trail) =>
      onEmptyTrail(async (trx) => {
        const entries = await write(trx, trail);
        expect(entries.map((entry) => entry.seq)).toEqual(trail.map((_, index) => index + 1));
        expect(await verifyAudit(trx)).toEqual({ entries: trail.length, head: entries.at(-1)?.hash });
      }),
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('shows any altered column of any entry', async () => {
    const where = fc.record({ index: fc.nat(), column: fc.constantFrom(...COLUMNS) });
    await assertTampering(where, (entries, { index, column }) => {
      const at = index % entries.length;
      return entries.map((entry, position) => (position === at ? altered(entry, column) : entry));
    });
  });

  it('shows any removed entry, the last included, also where the gap was closed', async () => {
    const where = fc.record({ index: fc.nat(), renumber: fc.boolean() });
    await assertTampering(where, (entries, { index, renumber }) => {
      const left = entries.toSpliced(index % entries.length, 1);
      return renumber ? left.map((entry, position) => ({ ...entry, seq: position + 1 })) : left;
    });
  });

  it('shows any two entries that changed places', async () => {
    await assertTampering(fc.tuple(fc.nat(), fc.nat()), (entries, [a, b]) => {
      const first = entries[a % entries.length];
      const second = entries[b % entries.length];
      if (first === undefined || second === undefined || first.seq === second.seq) return undefined;
      return entries.map((entry) => {
        if (entry === first) return { ...second, seq: first.seq };
        return entry === second ? { ...first, seq: second.seq } : entry;
      });
    });
  });

  it('shows an entry added behind the head, and a head that is gone', async () => {
    const [input] = fc.sample(anyInput, 1);
    if (input === undefined) throw new Error('no sample');
    await onEmptyTrail(async (trx) => {
      await write(trx, [input, input]);
      await trx.updateTable('auditHead').set({ seq: 1 }).execute();
      expect((await verifyAudit(trx)).fault?.what).toBe('the head of the trail says it ends at 1');
      await trx.deleteFrom('auditHead').execute();
      expect((await verifyAudit(trx)).fault?.what).toBe('the head of the trail is gone');
    });
  });

  it('names the first entry that is wrong', async () => {
    const trail = fc.sample(anyInput, 5);
    await onEmptyTrail(async (trx) => {
      await write(trx, trail);
      await trx.updateTable('auditEntries').set({ actorLabel: 'somebody else' }).where('seq', '=', 3).execute();
      const verdict = await verifyAudit(trx);
      expect(verdict).toMatchObject({ entries: 2, fault: { seq: 3, what: 'entry 3 was altered' } });
    });
  });

  it('is read to its end when it is longer than one read, and an empty one is good', async () => {
    const [input] = fc.sample(anyInput, 1);
    if (input === undefined) throw new Error('no sample');
    await onEmptyTrail(async (trx) => {
      expect(await verifyAudit(trx)).toEqual({ entries: 0, head: '' });
      await write(trx, Array(2000).fill(input));
      expect(await verifyAudit(trx)).toMatchObject({ entries: 2000 });
      await trx.deleteFrom('auditEntries').where('seq', '>', 1500).execute();
      const { fault } = await verifyAudit(trx);
      expect(fault).toEqual({ seq: 1501, what: 'entries up to 2000 were removed from the end' });
    });
  });

  it('has no entry of a change that failed, and all of those made side by side', async () => {
    const inputs = fc.sample(anyInput, 10);
    const changes = inputs.map((input, index) =>
      inTransaction(control.db, async (trx) => {
        await appendAudit(trx, input);
        if (index % 2 === 1) throw undone;
      }),
    );
    const outcomes = await Promise.allSettled(changes);
    expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toHaveLength(5);
    expect(await verifyAudit(control.db)).toMatchObject({ entries: 5 });
    expect((await verifyAudit(control.db)).fault).toBeUndefined();
  });
});
