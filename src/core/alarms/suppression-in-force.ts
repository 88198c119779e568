import { listOrganizations } from '../../control/repos/organizations.ts';
import { enabledSuppressionRules } from '../../control/repos/suppression-rules.ts';
import type { Trx } from '../../control/transaction.ts';
import type { Alarm, SuppressionRule } from '../../model/alarm.ts';
import { isSuppressed } from '../../model/suppression.ts';
import type { ControlContext } from '../context.ts';

/** Tells alarms that arrive hidden. A rule that cannot be read hides none. */
export async function suppressionInForce(trx: Trx): Promise<(alarm: Alarm) => boolean> {
  const { inForce: rules } = await enabledSuppressionRules(trx);
  if (rules.length === 0) return () => false;
  const parents = new Map((await listOrganizations(trx)).map(({ id, parentId }) => [id, parentId]));
  return (alarm) => {
    for (let id: number | null = alarm.organizationId; id !== null; id = parents.get(id) ?? null) {
      if (rules.some((rule) => rule.organizationId === id && isSuppressed(alarm, rule.match))) return true;
    }
    return false;
  };
}

/** Enabled rules of all organizations that hide nothing because what is stored of them cannot be read. For operators. */
export async function unreadableSuppressionRules({
  control,
}: Pick<ControlContext, 'control'>): Promise<readonly SuppressionRule[]> {
  return (await enabledSuppressionRules(control.db)).unreadable;
}
