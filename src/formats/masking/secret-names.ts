/** What names of parameters and settings end in, if their values are secrets: `access_token`, `client-secret`. */
export const SECRET_WORDS = [
  'token',
  'password',
  'passwd',
  'pwd',
  'secret',
  'apikey',
  'api_key',
  'api-key',
  'access_key',
  'access-key',
] as const;

/** Names whose values are secrets; other names that end like them are none. */
export const SECRET_NAMES = ['pass', 'signature', 'x-amz-signature', 'x-amz-credential'] as const;

/** Keys of objects, and fields of tables, whose values are secrets. */
export const SECRET_KEYS = [
  'password',
  'passwd',
  'pwd',
  'secret',
  'secret_key',
  'client_secret',
  'token',
  'access_token',
  'refresh_token',
  'api_key',
  'apikey',
  'community',
] as const;
