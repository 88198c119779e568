import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
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
  return new Uint8Array(hkdfSync('sha256', tokenKey, '', 'belfry usm moment', 32));
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const MOMENT_BYTES = 8;
const TAG_BYTES = 16;

/** @param list names the list: surface, path, organization */
export function sealedMoments(key: Uint8Array, list: string): Moments {
  const about = Buffer.from(list);
  return {
    write(moment) {
      const plain = Buffer.alloc(MOMENT_BYTES);
      plain.writeBigUInt64BE(BigInt(moment));
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(about);
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
    },
    read(text) {
      const sealed = Buffer.from(text, 'base64url');
      const tagAt = NONCE_BYTES + MOMENT_BYTES;
      if (sealed.length !== tagAt + TAG_BYTES) throw notOfThisList(text);
      const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(about)
        .setAuthTag(sealed.subarray(tagAt));
      const plain = decipher.update(sealed.subarray(NONCE_BYTES, tagAt));
      try {
        decipher.final();
      } catch {
        throw notOfThisList(text);
      }
      return Number(plain.readBigUInt64BE());
    },
  };
}

function notOfThisList(text: string) {
  return badInput('moment', text, 'invalid value for moment: not of this list');
}
