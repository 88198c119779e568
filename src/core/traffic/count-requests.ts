import { readRequestCount } from '../../events/queries/count-requests.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { trafficQuestion } from './traffic-question.ts';

export async function countRequests(context: Context, scope: Scope, query: EventQuery): Promise<number> {
  return readRequestCount(context.events, trafficQuestion(scope, query));
}
