import { list, onlyWhere, quoted } from './sql.ts';

/** A record without any of these carries none of the secrets below; most have none, and are not searched further. */
const HINTS = [
  'pass',
  'pwd',
  'token',
  'authorization',
  'cookie',
  'secret',
  'apikey',
  'api_key',
  'api-key',
  'access_key',
  'signature=',
  '"community"',
  '@',
];

const PARAMETERS =
  'password|passwd|pass|pwd|secret|client_secret|token|access_token|refresh_token|id_token|auth_token|api_key|apikey|api-key|access_key|x-amz-signature|signature';
const KEYS =
  'password|passwd|pass|pwd|secret|secret_key|client_secret|token|access_token|refresh_token|api_key|apikey|authorization|proxy_authorization|cookie|set_cookie|community';
const HEADERS = 'authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-auth-token';
const STRING = String.raw`"(?:[^"\\]|\\.)*"`;

type Replacement = readonly [pattern: string, replacement: string];

const IN_URLS: readonly Replacement[] = [
  // ?token=…, up to the next parameter; and the same in forms.
  [String.raw`(?i)([?&;"\s](?:${PARAMETERS})=)(?:\\.|[^"\\&;#\s])+`, String.raw`\1***`],
  // http://user:password@host, its slashes escaped or not.
  [String.raw`(:(?:\\?/){2}[^/"\\\s@:?#]*:)(?:\\[^/]|[^/"\\\s@?#])+@`, String.raw`\1***@`],
];

/** Where secrets stand in the text of a record, and what is put there instead. */
const IN_RECORDS: readonly Replacement[] = [
  ...IN_URLS,
  [String.raw`(?i)("(?:${KEYS})"\s*:\s*)(?:${STRING}|[0-9]+)`, String.raw`\1"***"`],
  [String.raw`(?i)("name"\s*:\s*"(?:${HEADERS})"\s*,\s*"value"\s*:\s*)${STRING}`, String.raw`\1"***"`],
  // FTP and POP3 commands, and both in printable payload.
  [String.raw`(?i)("command"\s*:\s*"PASS"\s*,\s*"command_data"\s*:\s*)${STRING}`, String.raw`\1"***"`],
  [String.raw`(?i)("command"\s*:\s*"PASS"\s*,\s*"args"\s*:\s*)\[[^\]]*\]`, String.raw`\1["***"]`],
  [String.raw`((?:"|\\n)PASS )[^"\\]+`, String.raw`\1***`],
  [String.raw`(?i)((?:authorization|cookie): )[^"\\]+`, String.raw`\1***`],
];

/** SQL for the text of a record with its secrets masked, '' where it has none; it stays the JSON it was. */
export function maskedRecord(record: string): string {
  return onlyWhere('t', record, `multiSearchAnyCaseInsensitive(t, ${list(HINTS)})`, replaced('t', IN_RECORDS));
}

/** SQL for a URL without the secrets in it. */
export function maskedUrl(url: string): string {
  return replaced(url, IN_URLS);
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce(
    (sql, [pattern, replacement]) => `replaceRegexpAll(${sql}, ${quoted(pattern)}, ${quoted(replacement)})`,
    text,
  );
}
