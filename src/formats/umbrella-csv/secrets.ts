import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import { SECRET_WORDS } from '../masking/secret-names.ts';

const SETTING = String.raw`(?i)((?:${SECRET_WORDS.join('|')}|x-amz-signature|x-amz-credential)"*[ \t]*[:=][ \t]*"*)[^\s",&}]+`;

/** SQL for audited settings, `key: value` lines or JSON, with `***` for the values of secret keys. */
export function maskedSettingsSql(text: string): string {
  return `if(multiSearchAnyCaseInsensitive(${text}, ${sqlList([...SECRET_WORDS, 'x-amz-'])}),
    replaceRegexpAll(${text}, ${sqlText(SETTING)}, ${sqlText(String.raw`\1***`)}), ${text})`;
}
