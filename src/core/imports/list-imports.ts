import { type Import, listImports as list } from '../../control/repos/imports.ts';
import type { Receipt } from '../../ingest/receipt.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

export interface ListedImport extends Omit<Import, 'receipt'> {
  readonly receipt: Receipt | null;
}

/** Imports into the scope's organization, newest first. */
export async function listImports(context: Context, scope: Scope, input: { limit: number }): Promise<ListedImport[]> {
  requirePermission(scope, 'activity:read');
  const imports = await list(context.control.db, { organizationId: scope.organization.id, limit: input.limit });
  return imports.map(({ receipt, ...rest }) => ({ ...rest, receipt: receipt && withSetAside(receipt) }));
}

function withSetAside(receipt: NonNullable<Import['receipt']>): Receipt {
  const { received, stored, rejected, duplicate, ignored } = receipt;
  return {
    received,
    stored,
    rejected,
    duplicate,
    ignored,
    setAside: received - stored - rejected - duplicate - ignored,
  };
}
