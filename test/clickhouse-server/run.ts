import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChdbConnection, createChdbConnection } from 'chdb/connection';
import { Exception } from './exception.ts';
import { type Asked, notStoodFor } from './request.ts';
import { inputStructure, literal, splitFormat } from './statement.ts';

/** What a statement answers. */
export interface Outcome {
  readonly format: string;
  readonly encoding?: 'zstd';
  /** Known where the answer is whole. */
  readonly rows?: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** The engine behind the server, over one directory. */
export interface Backing {
  readonly path: string;
  /** For what goes through files. */
  readonly folder: string;
  /** What the server says it is. */
  readonly version: string;
}

/** Runs what is asked in a session of its own, so that neither settings nor parameters outlive it. */
export async function run(backing: Backing, asked: Asked): Promise<Outcome> {
  const connection = createChdbConnection({ path: backing.path });
  const outcome = await answer(connection, backing, asked).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  return { ...outcome, chunks: closing(outcome.chunks, connection) };
}

async function* closing(chunks: AsyncIterable<Uint8Array>, connection: ChdbConnection): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } finally {
    await connection.close();
  }
}

async function answer(connection: ChdbConnection, backing: Backing, asked: Asked): Promise<Outcome> {
  const { sql, format = 'TabSeparated' } = splitFormat(asked.sql.replaceAll('version()', literal(backing.version)));
  await connection.chdb.queryAsync(preludeOf(asked));
  const rowsOfBody = inputStructure(sql);
  if (rowsOfBody !== undefined) {
    if (splitFormat(asked.sql).format === undefined)
      throw new Exception(62, 'SYNTAX_ERROR', 'FORMAT section is expected');
    return done(connection, sql.replace(rowsOfBody.call, fileOf(asked, format, rowsOfBody.structure)));
  }
  if (asked.data !== undefined && /^\s*INSERT/i.test(sql)) throw notStoodFor('rows for an INSERT without input()');
  if (/^\s*KILL\s+QUERY\b/i.test(sql))
    return done(connection, sql.replace(/\bquery_id\b(?!:)/, "Settings['log_comment']"));
  if (!/^\s*(SELECT|WITH|SHOW|DESCRIBE|EXPLAIN|\()/i.test(sql)) return done(connection, sql);
  if (asked.acceptsZstd) return compressed(connection, backing, sql, format);
  return asked.whole ? whole(connection, sql, format) : { format, chunks: streamed(connection, sql, format) };
}

/** A statement is found by the id that it was given, which the engine has no place for but a comment. */
function preludeOf({ database, parameters, settings, queryId }: Asked): string {
  return [
    `USE \`${database.replaceAll('`', '\\`')}\``,
    ...[...settings].map(([name, value]) => `SET ${checked(name)} = ${literal(value)}`),
    ...[...parameters].map(([name, value]) => `SET param_${checked(name)} = ${literal(value)}`),
    `SET log_comment = ${literal(queryId)}`,
  ].join('; ');
}

function checked(name: string): string {
  if (!/^\w+$/.test(name)) throw new Exception(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
  return name;
}

/** chDB's own input() takes no rows and reports success. */
function fileOf({ data }: Asked, format: string, structure: string): string {
  if (data === undefined) throw notStoodFor('rows after a statement in the body');
  return `file(${literal(data.path)}, '${format}', ${structure}${data.zstd ? ", 'zstd'" : ''})`;
}

async function done(connection: ChdbConnection, sql: string): Promise<Outcome> {
  await connection.chdb.queryAsync(sql);
  return { format: 'TabSeparated', rows: 0, chunks: only() };
}

async function whole(connection: ChdbConnection, sql: string, format: string): Promise<Outcome> {
  const bytes = (await connection.chdb.queryAsync(sql, { format })).bytes();
  const rows = format === 'JSONEachRow' ? Buffer.from(bytes).toString('latin1').split('\n').length - 1 : 0;
  return { format, rows, chunks: only(bytes) };
}

async function compressed(
  connection: ChdbConnection,
  { folder }: Backing,
  sql: string,
  format: string,
): Promise<Outcome> {
  const path = join(folder, randomUUID());
  const file = `file(${literal(path)}, '${format}', 'auto', 'zstd')`;
  await connection.chdb.queryAsync(`INSERT INTO FUNCTION ${file} ${sql}`);
  const counted = await connection.chdb.queryAsync(
    `SELECT count() FROM file(${literal(path)}, '${format}', 'any UInt8', 'zstd')`,
  );
  const rows = Number(counted.text());
  // With nothing to compress, a server sends nothing.
  return rows === 0
    ? { format, rows, chunks: only() }
    : { format, rows, encoding: 'zstd', chunks: only(await readFile(path)) };
}

async function* streamed(connection: ChdbConnection, sql: string, format: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of connection.chdb.queryStream(sql, { format })) yield chunk.raw();
}

async function* only(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
