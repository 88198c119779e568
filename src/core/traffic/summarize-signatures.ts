import { readSignatures, type SignatureRow } from '../../events/queries/signatures.ts';
import type { Scope } from '../../model/scope.ts';
import type { SignatureListSummary, SignatureSummary } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { type TopRequest, trafficQuestion } from './traffic-question.ts';

/** Intrusions of each signature list and rule, most first; inside one by signature. Permission `rule-summaries:read`. */
export async function summarizeSignatures(
  context: Context,
  scope: Scope,
  request: TopRequest,
): Promise<SignatureListSummary[]> {
  const question = trafficQuestion(scope, request, { permission: 'rule-summaries:read', kinds: ['intrusion'] });
  const rows = await readSignatures(context.events, question);
  return groupByList(rows)
    .sort((left, right) => intrusions(right) - intrusions(left))
    .slice(request.offset, request.offset + request.limit);
}

/** Rows come in the order of list and rule, which is also the order of lists that tie. */
function groupByList(rows: readonly SignatureRow[]): SignatureListSummary[] {
  const lists = new Map<string, SignatureListSummary & { readonly signatures: SignatureSummary[] }>();
  for (const { signatureListId, ruleId, ...signature } of rows) {
    const key = `${signatureListId}/${ruleId}`;
    const list = lists.get(key) ?? { signatureListId, ruleId, signatures: [] };
    lists.set(key, list);
    list.signatures.push(signature);
  }
  return [...lists.values()];
}

function intrusions(list: SignatureListSummary): number {
  return list.signatures.reduce((sum, { blocked, detected, wouldBlock }) => sum + blocked + detected + wouldBlock, 0);
}
