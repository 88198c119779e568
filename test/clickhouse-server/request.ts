import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Exception } from './exception.ts';
import { checkPlaces, checkStatement } from './statement.ts';

/** What a request asks for. */
export interface Asked {
  readonly sql: string;
  /** By name, as they came. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, string>;
  readonly database: string;
  readonly queryId: string;
  /** The answer begins when it is complete. */
  readonly whole: boolean;
  /** The file that holds the body, where the statement stands in the address. */
  readonly data: { readonly path: string; readonly zstd: boolean } | undefined;
  readonly acceptsZstd: boolean;
}

const MAX_URI_BYTES = 1_048_576;
const MAX_FIELDS = 1000;
const MAX_FIELD_BYTES = 131_072;

/** Parameters of a request that are neither settings nor parameters of the statement. */
const RESERVED = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'buffer_size',
  'wait_end_of_query',
  'enable_http_compression',
]);

/** @param folder where bodies are kept */
export async function readRequest(message: IncomingMessage, folder: string): Promise<Asked> {
  const fields = fieldsOf(message);
  const body = await bodyOf(message, folder);
  const inAddress = fields.get('query');
  if (inAddress === undefined && body.zstd) throw notStoodFor('a compressed statement');
  const sql = inAddress ?? (await readFile(body.path, 'utf8'));
  const others = [...fields].filter(([name]) => !RESERVED.has(name));
  const parameters = new Map(
    others.flatMap(([name, value]) => (name.startsWith('param_') ? [[name.slice(6), value]] : [])),
  );
  const settings = new Map(others.filter(([name]) => !name.startsWith('param_')));
  checkStatement(sql, settings);
  checkPlaces(sql, parameters);
  return {
    sql,
    parameters,
    settings,
    database: headerOf(message, 'x-clickhouse-database') ?? fields.get('database') ?? 'default',
    queryId: fields.get('query_id') ?? randomUUID(),
    whole: fields.get('wait_end_of_query') === '1',
    data: inAddress === undefined ? undefined : body,
    acceptsZstd:
      fields.get('enable_http_compression') === '1' && /\bzstd\b/.test(headerOf(message, 'accept-encoding') ?? ''),
  };
}

/** What stands in the address, within the bounds of a server as it is installed. */
function fieldsOf({ url = '/' }: IncomingMessage): Map<string, string> {
  if (url.length > MAX_URI_BYTES) throw new Exception(1000, 'POCO_EXCEPTION', 'URI Too Long');
  const fields = new Map(new URL(url, 'http://server').searchParams);
  if (fields.size > MAX_FIELDS)
    throw new Exception(1000, 'POCO_EXCEPTION', 'HTML Form Exception: Too many form fields');
  for (const value of fields.values()) {
    if (Buffer.byteLength(value) > MAX_FIELD_BYTES) {
      throw new Exception(1000, 'POCO_EXCEPTION', 'HTML Form Exception: Field value too long');
    }
  }
  return fields;
}

async function bodyOf(message: IncomingMessage, folder: string): Promise<{ path: string; zstd: boolean }> {
  if (headerOf(message, 'content-type')?.startsWith('multipart/')) throw notStoodFor('a form');
  const encoding = headerOf(message, 'content-encoding') ?? 'identity';
  const path = join(folder, randomUUID());
  if (encoding === 'gzip') await pipeline(message, createGunzip(), createWriteStream(path));
  else if (encoding === 'identity' || encoding === 'zstd') await pipeline(message, createWriteStream(path));
  else throw notStoodFor(`a body in ${encoding}`);
  return { path, zstd: encoding === 'zstd' };
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** A ClickHouse server may take it; this one must not answer as if it did. */
export function notStoodFor(what: string): Exception {
  return new Exception(48, 'NOT_IMPLEMENTED', `This stand-in does not take ${what}`);
}

/** @throws Exception as a server does that does not know who asks */
export function authenticate(message: IncomingMessage, user: string, password: string): void {
  const [, basic] = /^Basic (.+)$/.exec(message.headers.authorization ?? '') ?? [];
  const inHeaders = headerOf(message, 'x-clickhouse-user');
  if (basic !== undefined && inHeaders !== undefined) {
    throw new Exception(
      516,
      'AUTHENTICATION_FAILED',
      'Invalid authentication: it is not allowed to use Authorization HTTP header and X-ClickHouse headers simultaneously',
    );
  }
  const given =
    basic === undefined
      ? `${inHeaders ?? 'default'}:${headerOf(message, 'x-clickhouse-key') ?? ''}`
      : Buffer.from(basic, 'base64').toString();
  if (given === `${user}:${password}`) return;
  const name = given.slice(0, given.indexOf(':'));
  throw new Exception(
    516,
    'AUTHENTICATION_FAILED',
    `${name}: Authentication failed: password is incorrect, or there is no user with such name`,
  );
}
