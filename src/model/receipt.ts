/**
 * What became of the records of an input: received = stored + rejected + duplicate + ignored + set aside. `duplicate` are
 * records of ranges that an earlier import brought already.
 */
export interface Receipt {
  received: number;
  stored: number;
  rejected: number;
  duplicate: number;
  ignored: number;
  /** Records of batches the engine could not take; their bytes are kept, see the sources' health. */
  setAside: number;
}

export function emptyReceipt(): Receipt {
  return { received: 0, stored: 0, rejected: 0, duplicate: 0, ignored: 0, setAside: 0 };
}

/** Adds `part` to `total`. */
export function addReceipt(total: Receipt, part: Partial<Receipt>): void {
  for (const key of Object.keys(total) as (keyof Receipt)[]) total[key] += part[key] ?? 0;
}
