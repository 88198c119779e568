import { createHash } from 'node:crypto';

/** Names a representation by what is in it: as long as it stays the same, so does its tag. */
export function etagOf(representation: object): string {
  return createHash('sha256').update(JSON.stringify(representation)).digest('base64url').slice(0, 22);
}
