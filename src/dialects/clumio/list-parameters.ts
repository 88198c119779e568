import type { FastifyRequest } from 'fastify';
import { parseJson } from '../../kit/parse-json.ts';
import { type RawQuery, rawQuery } from '../kit/raw-query.ts';

const LIST_PARAMETERS = ['limit', 'start', 'filter'];

/** Longest body of a GET that is looked at, in bytes. */
const LONGEST_BODY = 65_536;

/** The query; old clients send what belongs there as the JSON body of a GET instead (section 1.5). */
export async function listParameters(request: FastifyRequest): Promise<RawQuery> {
  const query = rawQuery(request.query);
  if (request.method !== 'GET' || LIST_PARAMETERS.some((name) => query.has(name))) return query;
  const length = Number(request.headers['content-length'] ?? 0);
  if (!(length > 0 && length <= LONGEST_BODY)) return query;
  const body = asObject(await textOf(request));
  const given = LIST_PARAMETERS.flatMap((name) => {
    const value = body[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
  });
  return rawQuery({ ...(request.query as object), ...Object.fromEntries(given) });
}

async function textOf(request: FastifyRequest): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request.incomingBody ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** Whatever else stands in the body of a GET means nothing. */
function asObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = parseJson(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
