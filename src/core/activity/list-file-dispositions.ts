import { readFileDispositions } from '../../events/queries/file-dispositions.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { FileDisposition } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

/** Web requests whose file the reputation service judged, newest first. */
export async function listFileDispositions(
  context: Context,
  scope: Scope,
  request: EventQuery & { readonly page: { readonly limit: number; readonly offset: number } },
): Promise<FileDisposition[]> {
  requirePermission(scope, 'activity:read');
  const { range, page } = request;
  const question = {
    organizationIds: [scope.organization.id],
    range,
    filter: { ...request.filter, kinds: ['web'] as const },
  };
  return readFileDispositions(context.events, question, page);
}
