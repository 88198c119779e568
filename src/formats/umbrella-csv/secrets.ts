/** Parameters of URLs, and keys of audited settings, whose values are masked. */
const SECRET_NAMES =
  '[a-z0-9_-]*token|passw(?:or)?d|pwd|[a-z0-9_-]*api[_-]?key|[a-z0-9_-]*secret|x-amz-signature|x-amz-credential';

const HINTS = ['token', 'password', 'passwd', 'pwd', 'apikey', 'api_key', 'api-key', 'secret', 'x-amz-'];

/**
 * SQL for text with `***` for passwords and tokens in URLs: `?token=…`, `user:password@`. The text may be a whole row; a value ends at a
 * quote, a blank, `&` or `#`. Text without a hint of a secret passes at the cost of one search.
 */
export function maskedUrlsSql(text: string): string {
  const hints = `[${HINTS.map((hint) => (hint.endsWith('-') ? `'${hint}'` : `'${hint}='`)).join(', ')}]`;
  const parameters = `replaceRegexpAll(${text}, '(?i)([?&;#](?:${SECRET_NAMES})=)[^&#"\\\\s]+', '\\\\1***')`;
  const whole = `replaceRegexpAll(${parameters}, '(://)[^/@"\\\\s,?#]+@', '\\\\1***@')`;
  return `if(multiSearchAnyCaseInsensitive(${text}, ${hints}) OR (position(${text}, '@') > 0 AND match(${text}, '://[^/@"\\\\s,?#]+@')), ${whole}, ${text})`;
}

/** SQL for audited settings, `key: value` lines or JSON, with `***` for the values of secret keys. */
export function maskedSettingsSql(text: string): string {
  const hints = `[${HINTS.map((hint) => `'${hint}'`).join(', ')}]`;
  const pattern = `'(?i)((?:${SECRET_NAMES})"*[ \\\\t]*[:=][ \\\\t]*"*)[^\\\\s",&}]+'`;
  return `if(multiSearchAnyCaseInsensitive(${text}, ${hints}), replaceRegexpAll(${text}, ${pattern}, '\\\\1***'), ${text})`;
}
