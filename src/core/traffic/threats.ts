import { readKeyCounts } from '../../events/queries/key-counts.ts';
import { lookUpLabels } from '../../events/queries/labels.ts';
import type { TrafficQuestion } from '../../events/queries/traffic-source.ts';
import type { Scope } from '../../model/scope.ts';
import type { TopThreat, TopThreatType } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { byRequests } from './by-requests.ts';
import { type TopRequest, trafficQuestion } from './traffic-question.ts';

/** Threats of DNS and web requests, most requests first. */
export async function topThreats(context: Context, scope: Scope, request: TopRequest): Promise<TopThreat[]> {
  const threats = await readThreats(context, threatQuestion(scope, request));
  return threats
    .sort(
      byRequests(
        (threat) => threat.requests,
        (threat) => `${threat.label}\0${threat.type}`,
      ),
    )
    .slice(request.offset, request.offset + request.limit);
}

/** Types of those threats with the number of different threats, most requests first. Threats without a type are left out. */
export async function topThreatTypes(context: Context, scope: Scope, request: TopRequest): Promise<TopThreatType[]> {
  const question = threatQuestion(scope, request);
  const threats = await readThreats(context, question);
  const rows = await readKeyCounts(context.events, question, 'threatType');
  const keys = rows.map((row) => row.key);
  const labels = await lookUpLabels(context.events, question.organizationIds, 'threatType', keys);
  return rows
    .flatMap(({ key, requests }) => {
      const type = labels.get(key)?.label ?? '';
      return type === '' ? [] : [{ type, requests, threats: threats.filter((threat) => threat.type === type).length }];
    })
    .sort(
      byRequests(
        (top) => top.requests,
        (top) => top.type,
      ),
    )
    .slice(request.offset, request.offset + request.limit);
}

function threatQuestion(scope: Scope, request: TopRequest): TrafficQuestion {
  return trafficQuestion(scope, request, { kinds: ['dns', 'web'] });
}

async function readThreats(context: Context, question: TrafficQuestion): Promise<TopThreat[]> {
  const rows = await readKeyCounts(context.events, question, 'threat');
  const keys = rows.map((row) => row.key);
  const labels = await lookUpLabels(context.events, question.organizationIds, 'threat', keys);
  return rows.map(({ key, requests }) => {
    const { label = '', type = '' } = labels.get(key) ?? {};
    return { label, type, requests };
  });
}
