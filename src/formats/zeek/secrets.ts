import { array, text } from './sql.ts';

/** Fields that hold a credential: http and ftp passwords, snmp communities. */
export const SECRET_FIELDS = ['password', 'community'] as const;

const SECRET_PARAMETERS = ['token', 'password', 'passwd', 'pwd', 'api_key', 'apikey', 'api-key', 'secret'];

/** `?token=abc`, `&access_token=abc`: the value ends with the parameter, or where the URL does in either container. */
const PARAMETER = String.raw`(?i)([?&;][\w-]*(?:${SECRET_PARAMETERS.join('|')})=)(?:[^&;#\s"\\]|\\.)+`;

/** The password of `http://user:password@host`. */
const USER_INFO = String.raw`(://[^/\s:@?#"]*):[^/\s@?#"]+@`;

const JSON_FIELD = String.raw`"(${SECRET_FIELDS.join('|')})"(\s*:\s*)"(?:[^"\\]|\\.)+"`;

/** SQL for a line of columns with the secrets of its URLs masked. One cheap search spares most records the expressions. */
export function maskedUrls(record: string): string {
  return `if(multiSearchAnyCaseInsensitive(${record}, ${array(URL_SIGNS)}), ${replacedUrls(record)}, ${record})`;
}

/** SQL for a JSON object with its secret fields, and the secrets of its URLs, masked. */
export function maskedJson(record: string): string {
  const signs = [...URL_SIGNS, ...SECRET_FIELDS.map((name) => `"${name}"`)];
  const fields = `replaceRegexpAll(${record}, ${text(JSON_FIELD)}, ${text('"\\1"\\2"***"')})`;
  return `if(multiSearchAnyCaseInsensitive(${record}, ${array(signs)}), ${replacedUrls(fields)}, ${record})`;
}

const URL_SIGNS = [...SECRET_PARAMETERS.map((name) => `${name}=`), '@'];

function replacedUrls(record: string): string {
  const parameters = `replaceRegexpAll(${record}, ${text(PARAMETER)}, ${text('\\1***')})`;
  return `replaceRegexpAll(${parameters}, ${text(USER_INFO)}, ${text('\\1:***@')})`;
}
