import { CATEGORIES } from '../../model/categories.ts';
import type { EventKind } from '../../model/event.ts';
import type { TimeRange } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { listWholeMilliseconds, type MillisecondPage } from './list-whole-milliseconds.ts';

/** Kinds whose events carry categories. */
const KINDS: readonly EventKind[] = ['dns', 'web', 'firewall', 'ip'];
const SECURITY = CATEGORIES.filter(({ type }) => type === 'security').map(({ id }) => id);

/** Blocked events with at least one security category, newest first, in pages that never split a millisecond. */
export function listSecurityActivity(
  context: Context,
  scope: Scope,
  request: { readonly range: TimeRange; readonly limit: number },
): Promise<MillisecondPage> {
  const filter = { kinds: KINDS, verdicts: ['blocked'] as const, categories: SECURITY };
  return listWholeMilliseconds(context, scope, { ...request, filter });
}
