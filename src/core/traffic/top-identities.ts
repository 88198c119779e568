import { readTopKeys } from '../../events/queries/key-counts.ts';
import { lookUpNames } from '../../events/queries/labels.ts';
import { DEFAULT_IDENTITY_TYPE } from '../../model/identity-types.ts';
import type { Scope } from '../../model/scope.ts';
import type { TopIdentity } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { type TopRequest, trafficQuestion } from './traffic-question.ts';

/** Identities by requests. An event counts once for each of its identities. */
export async function topIdentities(context: Context, scope: Scope, request: TopRequest): Promise<TopIdentity[]> {
  const question = trafficQuestion(scope, request);
  const rows = await readTopKeys(context.events, question, 'identity', request);
  const keys = rows.map((row) => row.key);
  const names = await lookUpNames(context.events, scope.organization.id, 'identity', keys);
  return rows.map(({ key, label, ...counts }) => ({
    ...counts,
    identity: { id: Number(key), label, type: names.get(key)?.type ?? DEFAULT_IDENTITY_TYPE },
  }));
}
