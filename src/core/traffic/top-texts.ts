import { readKeyCounts, readTopKeys } from '../../events/queries/key-counts.ts';
import { lookUpLabels } from '../../events/queries/labels.ts';
import type { EventQuery, Order } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { TextCount } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { byRequests } from './by-requests.ts';
import { type TopRequest, trafficQuestion } from './traffic-question.ts';

/** umbrella.md, section 7, 13: always all of them. */
const EVENT_TYPES = [
  'domain_security',
  'domain_integration',
  'url_security',
  'url_integration',
  'cisco_amp',
  'antivirus',
  'application',
] as const;

/** Events of each of the seven types, zeros included, most first. */
export async function topEventTypes(context: Context, scope: Scope, query: EventQuery): Promise<TextCount[]> {
  const question = trafficQuestion(scope, query);
  const rows = await readKeyCounts(context.events, question, 'eventType');
  const keys = rows.map((row) => row.key);
  const labels = await lookUpLabels(context.events, question.organizationIds, 'eventType', keys);
  const requests = new Map(rows.map((row) => [labels.get(row.key)?.label, row.requests]));
  return EVENT_TYPES.map((text) => ({ text, requests: requests.get(text) ?? 0 })).sort(
    byRequests(
      (count) => count.requests,
      (count) => count.text,
    ),
  );
}

/** DNS query types by requests. */
export async function topQueryTypes(
  context: Context,
  scope: Scope,
  request: TopRequest & { readonly order: Order },
): Promise<TextCount[]> {
  const question = trafficQuestion(scope, request, { kinds: ['dns'] });
  const rows = await readTopKeys(context.events, question, 'queryType', request);
  return rows.map(({ label, requests }) => ({ text: label, requests }));
}

/** Addresses of clients by requests: as they are inside, or as the Internet sees them. */
export async function topAddresses(
  context: Context,
  scope: Scope,
  request: EventQuery & { readonly side: 'internal' | 'external'; readonly limit: number },
): Promise<TextCount[]> {
  const facet = request.side === 'internal' ? 'internalIp' : 'externalIp';
  const rows = await readTopKeys(context.events, trafficQuestion(scope, request), facet, {
    limit: request.limit,
    offset: 0,
  });
  return rows.map(({ label, requests }) => ({ text: label, requests }));
}
