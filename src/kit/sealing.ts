import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

// Bytes that only we can read and make (AES-256-GCM): nonce, tag, what was sealed.

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A 32-byte key for one purpose, which tells nothing about the secret and the keys for other purposes. */
export function deriveKey(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
}

export interface Sealing {
  /** 32 bytes, from `deriveKey`. */
  readonly key: Uint8Array;
  /** What the bytes belong to. What was sealed about one opens about no other. */
  readonly about: string;
}

/** Text of the base64url alphabet; another one each time. */
export function seal(plain: Uint8Array, { key, about }: Sealing): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(about));
  const sealed = [cipher.update(plain), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString('base64url');
}

/** Undefined for what was sealed with another key or about something else, or was altered, be it in its spelling alone. */
export function unseal(text: string, { key, about }: Sealing): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  const plainAt = NONCE_BYTES + TAG_BYTES;
  // Decoding forgives what it does not know; what is sealed shall have one spelling.
  if (bytes.length < plainAt || bytes.toString('base64url') !== text) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(about))
    .setAuthTag(bytes.subarray(NONCE_BYTES, plainAt));
  const plain = decipher.update(bytes.subarray(plainAt));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return undefined;
  }
}
