import { horizon } from '../../control/ledger.ts';
import { nextSlice } from '../../control/repos/batch-slices.ts';
import { changedAlarms } from '../../control/repos/changed-alarms.ts';
import { advanceWatermark, watermarkOf } from '../../control/repos/detection-state.ts';
import { listOrganizations } from '../../control/repos/organizations.ts';
import { recordAlerts } from '../../control/repos/record-alerts.ts';
import { inTransaction } from '../../control/transaction.ts';
import { findBackupTroubles } from '../../events/queries/backup-troubles.ts';
import { attemptEach } from '../../kit/attempt-each.ts';
import type { Organization } from '../../model/organization.ts';
import type { Context } from '../context.ts';
import { evidenceOfAlarm, evidenceOfTrouble } from './evidence.ts';

/** Under these names the control plane keeps how far alerts have been derived: the last batch, the last change of alarms. */
const BACKUPS = 'alerts of backups';
const ALARMS = 'alerts of alarms';

/** Records and alarms that are looked at between two looks at the watermark. */
const RECORDS_AT_ONCE = 20_000_000;
const ALARMS_AT_ONCE = 2000;

/**
 * Makes alerts of what was stored and of what became of alarms since it last looked. What it found and how far it looked are
 * written down together: cut short at any moment, it looks again and finds the same. Where one of the two fails, the other is done
 * all the same.
 */
export async function deriveAlerts(context: Context): Promise<void> {
  const { db } = context.control;
  const organizations = new Map((await listOrganizations(db)).map((organization) => [organization.id, organization]));
  await attemptEach([deriveOfBackups, deriveOfAlarms], async (derive) => {
    while (await derive(context, organizations));
  });
}

type Organizations = ReadonlyMap<number, Organization>;

async function deriveOfBackups(context: Context, organizations: Organizations): Promise<boolean> {
  const { db } = context.control;
  const after = await watermarkOf(db, BACKUPS);
  const ready = await horizon(db);
  if (ready <= after) return false;
  const { last, organizationIds } = await nextSlice(db, { after, horizon: ready, records: RECORDS_AT_ONCE });
  const troubles =
    organizationIds.length === 0 ? [] : await findBackupTroubles(context.events, { after, last, organizationIds });
  const evidence = troubles.flatMap((trouble) => evidenceOfTrouble(trouble, organizations.get(trouble.org)));
  await inTransaction(db, async (trx) => {
    await recordAlerts(trx, evidence);
    await advanceWatermark(trx, { name: BACKUPS, watermark: last, from: after });
  });
  return true;
}

async function deriveOfAlarms(context: Context, organizations: Organizations): Promise<boolean> {
  const { db } = context.control;
  const after = await watermarkOf(db, ALARMS);
  const changed = await changedAlarms(db, after, ALARMS_AT_ONCE);
  if (changed === undefined) return false;
  const nowUs = context.now() * 1000;
  const evidence = changed.alarms.flatMap((alarm) =>
    evidenceOfAlarm(alarm, { organization: organizations.get(alarm.organizationId), nowUs }),
  );
  await inTransaction(db, async (trx) => {
    await recordAlerts(trx, evidence);
    await advanceWatermark(trx, { name: ALARMS, watermark: changed.upTo, from: after });
  });
  return true;
}
