import { listOrganizations } from '../../control/repos/organizations.ts';
import { enabledSuppressionRules } from '../../control/repos/suppression-rules.ts';
import type { Trx } from '../../control/transaction.ts';
import type { Alarm } from '../../model/alarm.ts';
import { isSuppressed } from '../../model/suppression.ts';

/** Tells alarms that arrive hidden. */
export async function suppressionInForce(trx: Trx): Promise<(alarm: Alarm) => boolean> {
  const rules = await enabledSuppressionRules(trx);
  if (rules.length === 0) return () => false;
  const parents = new Map((await listOrganizations(trx)).map(({ id, parentId }) => [id, parentId]));
  return (alarm) => {
    for (let id: number | null = alarm.organizationId; id !== null; id = parents.get(id) ?? null) {
      if (rules.some((rule) => rule.organizationId === id && isSuppressed(alarm, rule.match))) return true;
    }
    return false;
  };
}
