import { deriveKey, seal, unseal } from '../../../kit/sealing.ts';
import { badInput } from '../../../model/errors.ts';

/**
 * The state of one list that its pages are read from, as links carry it. It cannot be read: batches and changes are numbered
 * across all organizations, and how many there are is no reader's business.
 */
export interface Moments {
  write(moment: number): string;
  /** Fails with `bad_request` for what was not written for this list. */
  read(text: string): number;
}

/** A key of its own, so that no moment can pass for anything else. */
export function deriveMomentKey(tokenKey: Uint8Array): Uint8Array {
  return deriveKey(tokenKey, 'belfry usm moment');
}

/** @param list names the list: surface, path, organization */
export function sealedMoments(key: Uint8Array, list: string): Moments {
  const sealing = { key, about: list };
  return {
    write(moment) {
      const plain = Buffer.alloc(8);
      plain.writeBigUInt64BE(BigInt(moment));
      return seal(plain, sealing);
    },
    read(text) {
      const plain = unseal(text, sealing);
      if (plain === undefined) throw badInput('moment', text, 'invalid value for moment: not of this list');
      return Number(plain.readBigUInt64BE());
    },
  };
}
