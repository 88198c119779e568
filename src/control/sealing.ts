import { deriveKey, seal as sealBytes, unseal as unsealBytes } from '../kit/sealing.ts';

// Secrets that must be shown to somebody else again, such as those of peers: encrypted at rest with a key that is derived
// from the one that signs tokens, which is not in the database.

export interface SecretSealing {
  /** The key that signs tokens, at least 32 bytes. */
  readonly key: Uint8Array;
  /** Whose secret it is. What was sealed for one opens for no other. */
  readonly owner: string;
}

export function seal(secret: string, { key, owner }: SecretSealing): string {
  return sealBytes(Buffer.from(secret), { key: sealingKey(key), about: owner });
}

/** Undefined for what was sealed with another key or for another owner, or was altered. */
export function unseal(sealed: string, { key, owner }: SecretSealing): string | undefined {
  return unsealBytes(sealed, { key: sealingKey(key), about: owner })?.toString();
}

function sealingKey(key: Uint8Array): Uint8Array {
  return deriveKey(key, 'belfry sealed secrets');
}
