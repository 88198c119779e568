import { JSON_STRING, maskedJsonOrEmpty, type OwnSecrets } from '../masking/json-secrets.ts';

const HEADERS = 'authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-auth-token';

const OWN: OwnSecrets = {
  keys: ['pass', 'authorization', 'proxy_authorization', 'cookie', 'set_cookie'],
  replacements: [
    [String.raw`(?i)("name"\s*:\s*"(?:${HEADERS})"\s*,\s*"value"\s*:\s*)${JSON_STRING}`, String.raw`\1"***"`],
    // FTP and POP3 commands, and both in printable payload.
    [String.raw`(?i)("command"\s*:\s*"PASS"\s*,\s*"command_data"\s*:\s*)${JSON_STRING}`, String.raw`\1"***"`],
    [String.raw`(?i)("command"\s*:\s*"PASS"\s*,\s*"args"\s*:\s*)\[[^\]]*\]`, String.raw`\1["***"]`],
    [String.raw`((?:"|\\n)PASS )[^"\\]+`, String.raw`\1***`],
    [String.raw`(?i)((?:authorization|cookie): )[^"\\]+`, String.raw`\1***`],
  ],
  hints: ['"pass"', '"pass ', '\\npass ', 'authorization', 'cookie', 'x-api-key', 'x-auth-token'],
};

/** SQL for the text of a record with its secrets masked, '' where it has none; it stays the JSON it was. */
export function maskedRecord(record: string): string {
  return maskedJsonOrEmpty(record, OWN);
}
