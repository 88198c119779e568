/** How one surface signs and recognises its access tokens. */
export interface TokenSigning {
  /** At least 32 random bytes. */
  readonly key: Uint8Array;
  /** Name of the surface. A token of one surface opens no other. */
  readonly audience: string;
}

export const TOKEN_ISSUER = 'belfry';
export const TOKEN_ALGORITHM = 'HS256';
