import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 128 random bits as 32 hex characters: the shape of an API client's id and of its secret. */
export function randomHex(): string {
  return randomBytes(16).toString('hex');
}

/** A secret is long and random, so one round of SHA-256 keeps it; the id makes equal secrets differ. Hex. */
export function hashSecret(clientId: string, secret: string): string {
  return createHash('sha256').update(`${clientId}:${secret}`).digest('hex');
}

/** Compares in constant time. */
export function verifySecret(clientId: string, secret: string, secretHash: string): boolean {
  const actual = Buffer.from(hashSecret(clientId, secret));
  const expected = Buffer.from(secretHash);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
