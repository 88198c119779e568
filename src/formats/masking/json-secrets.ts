import { sqlList } from '../../kit/sql-literals.ts';
import { onlyWhere } from '../sql/only-where.ts';
import { type Replacement, replaced } from './replacement.ts';
import { SECRET_KEYS } from './secret-names.ts';
import { mayHoldUrlSecret, URL_SECRETS } from './url-secrets.ts';

/** A JSON string that holds something. */
export const JSON_STRING = String.raw`"(?:[^"\\]|\\.)+"`;

/** Secrets that only one format carries. */
export interface OwnSecrets {
  readonly keys: readonly string[];
  readonly replacements: readonly Replacement[];
  /** Texts of which every record that `replacements` change holds one, in any case. */
  readonly hints: readonly string[];
}

/** SQL for a JSON object with `***` for the values of secret keys and the secrets of its URLs, '' where it has none of them. */
export function maskedJsonOrEmpty(record: string, own: OwnSecrets = { keys: [], replacements: [], hints: [] }): string {
  const keys = [...SECRET_KEYS, ...own.keys];
  const replacements: readonly Replacement[] = [
    ...URL_SECRETS,
    [String.raw`(?i)("(?:${keys.join('|')})"\s*:\s*)(?:${JSON_STRING}|[0-9]+)`, String.raw`\1"***"`],
    ...own.replacements,
  ];
  const hints = sqlList([...keys.map((key) => `"${key}"`), ...own.hints]);
  const mayHold = `multiSearchAnyCaseInsensitive(t, ${hints}) OR ${mayHoldUrlSecret('t')}`;
  return onlyWhere('t', record, mayHold, replaced('t', replacements));
}
