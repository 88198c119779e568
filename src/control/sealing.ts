import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

// Secrets that must be shown to somebody else again, such as those of peers: encrypted at rest (AES-256-GCM) with a key
// that is derived from the one that signs tokens, which is not in the database.

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealing {
  /** The key that signs tokens, at least 32 bytes. */
  readonly key: Uint8Array;
  /** Whose secret it is. What was sealed for one opens for no other. */
  readonly owner: string;
}

export function seal(secret: string, { key, owner }: Sealing): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, sealingKey(key), iv).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Undefined for what was sealed with another key or for another owner, or was altered. */
export function unseal(sealed: string, { key, owner }: Sealing): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, sealingKey(key), bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

function sealingKey(key: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', 'belfry sealed secrets', 32));
}
