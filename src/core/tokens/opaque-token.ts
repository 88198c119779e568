import type { ClientCredentials } from '../clients/authenticate-client.ts';

/** Marks a token of Belfry's for those who look for leaked secrets. */
const MARK = 'blf_';

const BYTES = 32;

/** A client's id and secret as one text, for surfaces whose clients present a token that nobody issued to them. */
export function writeOpaqueToken({ id, secret }: ClientCredentials): string {
  return MARK + Buffer.from(id + secret, 'hex').toString('base64url');
}

/** Undefined for what is no such token. */
export function readOpaqueToken(token: string): ClientCredentials | undefined {
  if (!token.startsWith(MARK)) return undefined;
  const text = Buffer.from(token.slice(MARK.length), 'base64url').toString('hex');
  if (text.length !== 2 * BYTES) return undefined;
  return { id: text.slice(0, BYTES), secret: text.slice(BYTES) };
}

/** The id of the client that a token names, which may not be its own. Undefined for what is no such token. */
export function opaqueTokenId(token: string): string | undefined {
  return readOpaqueToken(token)?.id;
}
