import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestControl } from '../../test/test-control.ts';
import { verifyAudit } from './audit.ts';
import type { Control } from './database.ts';
import { commitBatch, horizon, type NewBatch, openBatch } from './ledger.ts';
import { claimJob, enqueue } from './repos/jobs.ts';
import { createOrganization, listOrganizations } from './repos/organizations.ts';
import { getSetting, putSetting } from './repos/settings.ts';
import { inTransaction } from './transaction.ts';

// Two that have opened the same database, as two processes would.

const actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' } as const;
const NOW = new Date('2026-01-01T00:00:00Z');

let dir: string;
let controls: readonly [Control, Control];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-side-by-side-'));
  const path = join(dir, 'control.db');
  controls = [await openTestControl(path), await openTestControl(path)];
});

afterEach(async () => {
  for (const control of controls) await control.close();
  await rm(dir, { recursive: true });
});

/** Does the work many times at once, by turns in either. */
function many<T>(times: number, work: (control: Control, index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => work(controls[index % 2 === 0 ? 0 : 1], index)));
}

it('leave one chain in the audit trail, and no number twice', async () => {
  const made = await many(60, ({ db }, index) =>
    createOrganization(db, { slug: `unit-${index}`, name: `Unit ${index}`, actor }),
  );
  expect(new Set(made.map(({ id }) => id)).size).toBe(60);
  expect(await verifyAudit(controls[0].db)).toMatchObject({ entries: 60 });
  expect((await verifyAudit(controls[0].db)).fault).toBeUndefined();
});

it('make one of what may be there once', async () => {
  const sameName = (index: number) => ({ slug: `same-${index}`, name: 'Same' });
  const sameSlug = (index: number) => ({ slug: 'same', name: `Other ${index}` });
  const outcomes = await many(40, ({ db }, index) =>
    createOrganization(db, { ...(index < 20 ? sameName(index) : sameSlug(index)), actor }).catch(
      (error: unknown) => error,
    ),
  );
  const refused = outcomes.filter((outcome) => outcome instanceof Error);
  expect(refused).toMatchObject(Array(38).fill({ code: 'conflict' }));
  const there = await listOrganizations(controls[1].db);
  expect(there.map(({ name, slug }) => (name === 'Same' ? name : slug)).sort()).toEqual(['Same', 'same']);
});

it('lose nothing of what is read before it is written', async () => {
  await many(60, ({ db }) =>
    inTransaction(db, async (trx) => {
      const before = (await getSetting(trx, 'count')) as number | undefined;
      await putSetting(trx, { key: 'count', value: (before ?? 0) + 1, actor });
    }),
  );
  expect(await getSetting(controls[0].db, 'count')).toBe(60);
});

it('claim each job once, and leave none while there is one', async () => {
  await many(40, ({ db }, index) => enqueue(db, { kind: 'sweep', payload: { index } }, NOW));
  const claim = { now: new Date(NOW.getTime() + 1000), leaseMs: 60_000, kinds: ['sweep'] };
  const claimed = await many(40, ({ db }, index) => claimJob(db, { ...claim, owner: `runner ${index % 2}` }));
  expect(new Set(claimed.map((job) => job?.id)).size).toBe(40);
  expect(claimed).not.toContain(undefined);
  expect(await claimJob(controls[1].db, { ...claim, owner: 'late' })).toBeUndefined();
});

it('queue one job for a key', async () => {
  const queued = await many(30, ({ db }) => enqueue(db, { kind: 'sweep', payload: {}, key: 'sweep' }, NOW));
  expect(queued.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(new Set(queued.map(({ id }) => id)).size).toBe(1);
});

it('number batches in the order in which readers come to know of them', async () => {
  const organization = await createOrganization(controls[0].db, { slug: 'acme', name: 'Acme', actor });
  let highest = 0;
  let reading = true;
  const seen = new Set<number>();
  // Whoever reads up to the horizon must have met every batch below it by then, and meets none later.
  const reader = (async () => {
    while (reading) {
      const upTo = await horizon(controls[1].db);
      const rows = await controls[1].db
        .selectFrom('batches')
        .select(['seq', 'state'])
        .where('seq', '<=', upTo)
        .execute();
      expect(rows.filter(({ state }) => state === 'open')).toEqual([]);
      for (const { seq } of rows) {
        if (seq <= highest && !seen.has(seq)) throw new Error(`batch ${seq} came after the horizon had passed it`);
        seen.add(seq);
      }
      highest = Math.max(highest, upTo);
    }
  })();
  const seqs = await many(60, async ({ db }, index) => {
    const { batch } = await openBatch(db, newBatch(organization.id, `token ${index}`), NOW);
    await commitBatch(db, batch.seq, { received: 2, stored: 2, rejected: 0, ignored: 0 }, NOW);
    return batch.seq;
  });
  reading = false;
  await reader;
  expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(await horizon(controls[0].db)).toBe(60);
});

it('open a batch once, whoever brings the same bytes', async () => {
  const organization = await createOrganization(controls[0].db, { slug: 'acme', name: 'Acme', actor });
  const opened = await many(30, ({ db }) => openBatch(db, newBatch(organization.id, 'same'), NOW));
  expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(new Set(opened.map(({ batch }) => batch.seq)).size).toBe(1);
});

function newBatch(organizationId: number, token: string): NewBatch {
  return {
    organizationId,
    format: 'umbrella-dns',
    variant: 'v10',
    token,
    startHash: 'start',
    startOffset: 0,
    endOffset: 100,
    endHash: 'end',
    firstLine: 1,
    lines: 2,
    received: 2,
    settings: {},
    spoolPath: 'spool/1',
    owner: 'test',
    leaseMs: 60_000,
  };
}
