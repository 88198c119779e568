import { Exception } from './exception.ts';

/** Text that is no part of a statement's own words: strings, quoted names, comments. */
const QUOTED = /'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

const MAX_QUERY_SIZE = 262_144;

/** What HTTP takes: one statement, not longer than the setting says. */
export function checkStatement(sql: string, settings: ReadonlyMap<string, string>): void {
  const most = Number(settings.get('max_query_size') ?? MAX_QUERY_SIZE);
  if (Buffer.byteLength(sql) > most) {
    throw new Exception(62, 'SYNTAX_ERROR', `Syntax error: failed at position ${most}: Max query size exceeded`);
  }
  if (/;\s*\S/.test(sql.replaceAll(QUOTED, "''"))) {
    throw new Exception(62, 'SYNTAX_ERROR', 'Syntax error (Multi-statements are not allowed)');
  }
}

/** The engine would take a parameter's place without a value for a name. */
export function checkPlaces(sql: string, parameters: ReadonlyMap<string, string>): void {
  for (const [, name = ''] of sql.replaceAll(QUOTED, "''").matchAll(/\{\s*([A-Za-z_]\w*)\s*:/g)) {
    if (!parameters.has(name)) {
      throw new Exception(456, 'UNKNOWN_QUERY_PARAMETER', `Query parameter \`${name}\` was not set`);
    }
  }
}

/** A statement without its FORMAT clause, and what that says. */
export function splitFormat(sql: string): { readonly sql: string; readonly format: string | undefined } {
  const [clause, format] = /\sFORMAT\s+(\w+)\s*;?\s*$/i.exec(sql) ?? [];
  return { sql: clause === undefined ? sql : sql.slice(0, -clause.length), format };
}

/** The structure of the rows that an INSERT takes from the body of its request, as a literal. */
export function inputStructure(sql: string): { readonly call: string; readonly structure: string } | undefined {
  const [call, structure] = /\binput\(\s*('(?:[^'\\]|\\.)*')\s*\)/i.exec(sql) ?? [];
  return call === undefined || structure === undefined ? undefined : { call, structure };
}

/** A string literal; every byte is written by its number. */
export function literal(text: string): string {
  return `'${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'`;
}
