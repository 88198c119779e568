import { auditRun, runById } from '../../control/repos/compliance-runs.ts';
import { isWithin } from '../../control/repos/organizations.ts';
import { inTransaction } from '../../control/transaction.ts';
import type { ComplianceFile, ComplianceRun } from '../../model/compliance.ts';
import { AppError } from '../../model/errors.ts';
import type { Actor, Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { type DownloadCredential, signDownload } from '../reports/index.ts';

/** What opens the file of a run to whoever has it, until it expires. Null for a run without one. */
export function signRun(tokenKey: Uint8Array, { id, expiresAt }: ComplianceRun): DownloadCredential | null {
  return signDownload(tokenKey, { id, file: expiresAt === null ? null : { expiresAt } });
}

/** A run whose file is there. */
export interface RunFile {
  readonly run: ComplianceRun;
  readonly file: ComplianceFile;
}

/**
 * The file of a run, for whoever has a link to it (scope null) or may read it: permission `reports:read` in its organization
 * or above. Fails with `not_found` for every other run, and for one without a file.
 */
export async function openRunFile(
  context: Pick<Context, 'control' | 'now'>,
  scope: Scope | null,
  id: string,
): Promise<RunFile> {
  if (scope !== null) requirePermission(scope, 'reports:read');
  const { db } = context.control;
  const run = await runById(db, id);
  const file = run?.file;
  const isThere = run !== undefined && Date.parse(run.expiresAt ?? '') > context.now();
  const mayRead =
    scope === null ||
    (run !== undefined && (await isWithin(db, { organizationId: run.organizationId, rootId: scope.organization.id })));
  if (!isThere || !file || !mayRead)
    throw new AppError('not_found', { public: 'there is no such file, or it has expired' });
  return { run, file };
}

/** Notes that the file of a run was fetched, by whoever has a token or, of a link, from where. */
export async function noteRunFetched(
  context: Pick<Context, 'control' | 'now'>,
  { run }: RunFile,
  reader: Actor | { readonly from: string },
): Promise<void> {
  const isLink = !('type' in reader);
  const actor: Actor = isLink
    ? { type: 'system', id: 'link', label: 'somebody with the link', from: reader.from, via: 'link' }
    : reader;
  await inTransaction(context.control.db, (trx) =>
    auditRun(trx, run, {
      action: 'compliance_run.download',
      actor,
      ...(isLink && { detail: { byLink: true, from: reader.from } }),
    }),
  );
}
