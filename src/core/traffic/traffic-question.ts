import type { TrafficQuestion } from '../../events/queries/traffic-source.ts';
import { type EventKind, TRAFFIC_KINDS } from '../../model/event.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Permission, Scope } from '../../model/scope.ts';
import { requirePermission } from '../permission.ts';

/**
 * The question of a permitted scope about its own organization.
 *
 * @param kinds those that have what is asked for; all traffic kinds when absent. The query may name some of them.
 * @throws AppError `forbidden`
 */
export function trafficQuestion(
  scope: Scope,
  { range, filter }: EventQuery,
  { permission = 'aggregates:read', kinds }: { permission?: Permission; kinds?: readonly EventKind[] } = {},
): TrafficQuestion {
  requirePermission(scope, permission);
  const asked = filter.kinds?.filter((kind) => kinds?.includes(kind) ?? true) ?? kinds ?? TRAFFIC_KINDS;
  return { organizationIds: [scope.organization.id], range, filter: { ...filter, kinds: asked } };
}

/** Which part of a list, by requests. */
export interface TopRequest extends EventQuery {
  readonly limit: number;
  readonly offset: number;
}
