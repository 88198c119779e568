import { type StoredRule, setRuleApart, takeUpRules } from '../../control/repos/rules.ts';
import { AppError } from '../../model/errors.ts';
import type { Actor } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import type { FailedRule } from './compile-rules.ts';

export const DETECTOR: Actor = { type: 'system', id: 'detection', label: 'detection', from: 'local', via: 'jobs' };

/** A rule as it was when it was compiled. */
export interface CompiledRule {
  readonly loadedAt: string;
  readonly fingerprint: string;
}

/**
 * Has detection leave a rule out from a batch on, with the reason.
 *
 * @throws AppError `conflict` where the rule has changed meanwhile: what it says now was not tried
 */
export async function setApart(
  context: Context,
  failed: FailedRule,
  compiled: CompiledRule & { readonly fromBatch: number },
): Promise<void> {
  if (await trySetApart(context, failed, compiled)) return;
  throw new AppError('conflict', { public: `the rule ${failed.ruleId} was changed while detection looked for it` });
}

/** The same, but answers false where the rule has changed meanwhile or is set apart already; nothing is done then. */
export function trySetApart(
  { control, now }: Context,
  { ruleId, reason }: FailedRule,
  { loadedAt, fingerprint, fromBatch }: CompiledRule & { readonly fromBatch: number },
): Promise<boolean> {
  const at = new Date(now()).toISOString();
  const rule = { id: ruleId, loadedAt, at, reason, fromBatch, compiled: fingerprint };
  return setRuleApart(control.db, { rule, actor: DETECTOR });
}

/** Takes rules up again that are compiled to something else than when they were set apart. */
export async function takeUp({ control }: Context, rules: readonly StoredRule[]): Promise<void> {
  if (rules.length > 0) await takeUpRules(control.db, { ids: rules.map(({ id }) => id), actor: DETECTOR });
}
