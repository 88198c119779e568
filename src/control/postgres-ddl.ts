/**
 * A migration's statement for PostgreSQL: text is ordered and compared by its bytes, as SQLite does, whatever the
 * database's language. What says `text` where a column's type stands is a type; a column may have that name too.
 */
export function inByteOrder(statement: string): string {
  if (!/^\s*(?:create|alter) table\b/.test(statement)) return statement;
  return statement.replace(/((?:[(,]|\badd column)\s*\w+\s+text)\b/g, '$1 collate "C"');
}
