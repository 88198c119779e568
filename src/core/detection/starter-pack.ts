import { listRules, removeRules } from '../../control/repos/rules.ts';
import type { Actor } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { type PutPack, putRules, STARTER_PACK } from './import-rules.ts';
import type { RuleFile } from './rule-texts.ts';

const ACTOR: Actor = { type: 'system', id: 'starter', label: 'starter pack', from: 'local', via: 'cli' };

/**
 * Makes the pack hold these rules and no others: new ones are enabled, those it has stay enabled or disabled as they are.
 */
export async function putStarterPack(context: Context, files: readonly RuleFile[]): Promise<PutPack> {
  const { db } = context.control;
  const put = await putRules(context, { pack: STARTER_PACK, files, enable: true }, ACTOR);
  const ids = new Set(put.rules.map(({ id }) => id));
  const gone = (await listRules(db, { pack: STARTER_PACK })).map(({ id }) => id).filter((id) => !ids.has(id));
  if (gone.length > 0) await removeRules(db, { selection: { ids: gone }, actor: ACTOR });
  return put;
}
