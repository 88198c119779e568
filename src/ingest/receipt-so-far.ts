import { listBatches } from '../control/ledger.ts';
import { addReceipt, emptyReceipt, type Receipt } from '../model/receipt.ts';
import type { Ingest } from './ingest.ts';

/** What the ledger knows of an import that broke off; records it skipped as duplicates are not in it. */
export async function receiptSoFar({ control }: Pick<Ingest, 'control'>, importId: string): Promise<Receipt> {
  const receipt = emptyReceipt();
  for (const { state, received, stored, rejected, ignored } of await listBatches(control.db, { importId })) {
    addReceipt(receipt, { received, stored, rejected, ignored, setAside: state === 'committed' ? 0 : received });
  }
  return receipt;
}
