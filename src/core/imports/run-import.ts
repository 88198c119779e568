import { finishImport, startImport } from '../../control/repos/imports.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import { type ImportOutcome, importInput } from '../../ingest/pipeline.ts';
import { receiptSoFar } from '../../ingest/receipt-so-far.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import { requirePermission } from '../permission.ts';

export type { Ingest };

export interface ImportInput {
  /** As the caller names the input; folders in it may tell its format. */
  readonly path: string;
  /** Format or format/variant; recognised where absent. */
  readonly formatName?: string | undefined;
  /** IANA zone of times logged without one; UTC where absent. */
  readonly timezone?: string | undefined;
  readonly source: AsyncIterable<Buffer>;
  readonly onProgress?: (progress: { readonly bytes: number; readonly records: number }) => void;
}

export interface FinishedImport extends ImportOutcome {
  readonly importId: string;
}

/**
 * Reads one input into the scope's organization, and keeps the import in the books with its receipt. When it fails midway,
 * what came before is kept: the same input again goes on from there.
 */
export async function runImport(ingest: Ingest, scope: Scope, input: ImportInput): Promise<FinishedImport> {
  requirePermission(scope, 'ingest');
  const { db } = ingest.control;
  const { path, formatName, timezone = 'UTC', source, onProgress } = input;
  const organizationId = scope.organization.id;
  const { id: importId } = await startImport(db, {
    organizationId,
    path,
    actor: scope.actor,
    owner: ingest.owner,
  });
  try {
    const outcome = await importInput(ingest, {
      organizationId,
      importId,
      path,
      source,
      timezone,
      ...(formatName !== undefined && { formatName }),
      ...(onProgress !== undefined && { onProgress }),
    });
    const { receipt, format } = outcome;
    await finishImport(db, importId, { receipt, owner: ingest.owner, ...(format !== null && { format }) });
    return { ...outcome, importId };
  } catch (error) {
    await endAsFailed(ingest, importId, error);
    throw error;
  }
}

const WRITE_AGAIN_MS = 15_000;

/** Why it failed must come out even where the books cannot be written. They are when they can be, or the next start does it. */
async function endAsFailed(ingest: Ingest, importId: string, reason: unknown): Promise<void> {
  try {
    const receipt = await receiptSoFar(ingest, importId);
    await finishImport(ingest.control.db, importId, { receipt, failure: reasonOf(reason) });
  } catch (error) {
    ingest.log.error({ err: error, importId }, 'could not write down that an import failed');
    if (!(error instanceof AppError && error.code === 'unavailable')) return;
    setTimeout(() => void endAsFailed(ingest, importId, reason), WRITE_AGAIN_MS).unref();
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.public;
  return error instanceof Error ? error.message.slice(0, 1000) : String(error);
}
