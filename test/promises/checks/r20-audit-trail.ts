import { join } from 'node:path';
import { appendAudits, verifyAudit } from '../../../src/control/audit.ts';
import { openControl } from '../../../src/control/database.ts';
import type { AuditEntryRow } from '../../../src/control/tables.ts';
import { inTransaction, type Trx } from '../../../src/control/transaction.ts';
import { type Random, seededRandom } from '../../../src/kit/random.ts';
import { atScale, type PublicPromise } from '../promise.ts';

const ENTRIES = 50;

export const auditTrailShowsTampering: PublicPromise = {
  id: 'R20',
  claim: 'The audit trail shows tampering',
  figure: '1,000 entries altered, removed or moved: every one detected',
  async check(run) {
    const trials = atScale(run, { share: 30, full: 1000 });
    const control = await openControl({ path: join(run.directory, 'control.db') });
    const random = seededRandom('audit trail');
    try {
      await inTransaction(control.db, writeTrail);
      const clean = await verifyAudit(control.db);
      if (clean.fault !== undefined) throw new Error(`an untouched trail has a fault: ${clean.fault.what}`);
      let detected = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        if (await isDetected(control.db, (trx) => tamper(trx, random))) detected += 1;
      }
      return { kept: detected === trials, measured: `${detected} of ${trials} changes detected` };
    } finally {
      await control.close();
    }
  },
};

async function writeTrail(trx: Trx): Promise<void> {
  const actor = { type: 'operator', id: 'local', label: 'operator', from: '127.0.0.1', via: 'test' } as const;
  const entries = Array.from({ length: ENTRIES }, (_, index) => ({
    actor,
    action: 'organization.create',
    objectType: 'organization',
    objectId: String(index),
    organizationId: index,
    result: 'success' as const,
    detail: { name: `organization ${index}` },
  }));
  await appendAudits(trx, entries);
}

/** Verifies the trail after a change, then takes the change back. */
async function isDetected(
  db: Parameters<typeof inTransaction>[0],
  change: (trx: Trx) => Promise<void>,
): Promise<boolean> {
  const undone = new Error('undone');
  let detected = false;
  await inTransaction(db, async (trx) => {
    await change(trx);
    detected = (await verifyAudit(trx)).fault !== undefined;
    throw undone;
  }).catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return detected;
}

async function tamper(trx: Trx, random: Random): Promise<void> {
  const entries = await trx.selectFrom('auditEntries').selectAll().orderBy('seq').execute();
  const at = random.between(0, entries.length - 1);
  const chosen = entries[at];
  if (chosen === undefined) throw new Error('the trail is empty');
  const rest = entries.filter((entry) => entry !== chosen);
  const kind = random.pick(['alter', 'remove', 'move'] as const);
  if (kind === 'alter') return rewrite(trx, entries.with(at, altered(chosen, random)));
  if (kind === 'remove') return rewrite(trx, random.chance(0.5) ? rest : renumbered(rest));
  const place = (at + random.between(1, entries.length - 1)) % entries.length;
  return rewrite(trx, renumbered(rest.toSpliced(place, 0, chosen)));
}

function altered(entry: AuditEntryRow, random: Random): AuditEntryRow {
  const column = random.pick(['time', 'actorId', 'actorLabel', 'action', 'objectId', 'result', 'detail'] as const);
  return { ...entry, [column]: column === 'result' ? 'failure' : `${entry[column]}x` };
}

function renumbered(entries: readonly AuditEntryRow[]): AuditEntryRow[] {
  return entries.map((entry, index) => ({ ...entry, seq: index + 1 }));
}

async function rewrite(trx: Trx, entries: readonly AuditEntryRow[]): Promise<void> {
  await trx.deleteFrom('auditEntries').execute();
  await trx.insertInto('auditEntries').values(entries).execute();
}
