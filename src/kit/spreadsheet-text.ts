import { sqlText } from './sql-literals.ts';

type Range = readonly [first: number, last: number];

/** What begins a formula: `=`, `+`, `-`, `@`, and their full-width and small forms. */
const SIGNS: readonly Range[] = [
  [0x2b, 0x2b],
  [0x2d, 0x2d],
  [0x3d, 0x3d],
  [0x40, 0x40],
  [0xfe62, 0xfe63],
  [0xfe66, 0xfe66],
  [0xfe6b, 0xfe6b],
  [0xff0b, 0xff0b],
  [0xff0d, 0xff0d],
  [0xff1d, 0xff1d],
  [0xff20, 0xff20],
];

/** What readers drop or do not show: controls, blanks, quotes, and characters without a width. None is a separator. */
const UNSEEN: readonly Range[] = [
  [0x00, 0x08],
  [0x0b, 0x0c],
  [0x0e, 0x20],
  [0x22, 0x22],
  [0x7f, 0xa0],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x1680, 0x1680],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** Where a reader that takes another separator than the comma, or ignores quotes, begins a cell. */
const SEPARATORS: readonly Range[] = [
  [0x09, 0x0a],
  [0x0d, 0x0d],
  [0x3b, 0x3b],
];

/** The beginning of what a spreadsheet may run, as groups: what comes before it, and itself. */
function formulaWith(escaped: (code: string) => string): string {
  const one = (code: number) => escaped(code.toString(16));
  const set = (ranges: readonly Range[]) =>
    `[${ranges.map(([first, last]) => (first === last ? one(first) : `${one(first)}-${one(last)}`)).join('')}]`;
  return `(^|${set(SEPARATORS)})(${set(UNSEEN)}*${set(SIGNS)})`;
}

/** As RE2 spells it. */
const RE2_FORMULA = formulaWith((code) => `\\x{${code}}`);
const FORMULA = new RegExp(
  formulaWith((code) => `\\u{${code}}`),
  'gu',
);
/** Some readers drop one at the beginning of a cell. */
const DROPPED = '^([\\t\\r])';

/** Spreadsheets run a cell that begins like a formula; an apostrophe before it makes it text. */
export function spreadsheetText(text: string): string {
  return text.replaceAll(FORMULA, "$1'$2").replace(new RegExp(DROPPED, 'u'), "'$1");
}

/** The same in SQL, of an expression that is a text. */
export function spreadsheetTextSql(sql: string): string {
  const marked = `replaceRegexpAll(${sql}, ${sqlText(RE2_FORMULA)}, ${sqlText("\\1'\\2")})`;
  return `replaceRegexpOne(${marked}, ${sqlText(DROPPED)}, ${sqlText("'\\1")})`;
}
