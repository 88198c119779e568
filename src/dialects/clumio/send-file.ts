import send from '@fastify/send';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSigned } from '../../core/reports/index.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { DialectDeps } from '../dialect.ts';
import { rawQuery } from '../kit/raw-query.ts';
import { type Guard, NAME } from './auth.ts';
import { attachment } from './content-disposition.ts';
import { faultBody } from './errors.ts';

// Files of reports go to whoever has their link or a token.

export interface DownloadDeps {
  readonly deps: DialectDeps;
  readonly guard: Guard;
}

/** What a link says beside the id of the report. */
export interface LinkParameters {
  /** Absent where it is no link. */
  readonly signature: string | undefined;
  readonly expires: number;
}

export function linkParameters(request: FastifyRequest): LinkParameters {
  const query = rawQuery(request.query);
  return {
    signature: query.get('signature')?.at(-1),
    expires: Number(query.get('expires')?.at(-1) ?? Number.NaN),
  };
}

/** Null for a caller with a good link. Fails with `forbidden` or `rate_limited` for one that was not made here, or as the guard does. */
export async function whoAsks(
  request: FastifyRequest,
  { id, signature, expires }: LinkParameters & { readonly id: string },
  { deps, guard }: DownloadDeps,
): Promise<Scope | null> {
  if (signature === undefined) return (await guard(request)).scope;
  const attempt = { surface: NAME, from: request.ip, account: id };
  return deps.failureLimiter.verifySecret(attempt, async () => {
    if (isSigned(deps.tokenKey, id, { expires, signature })) return null;
    throw new AppError('forbidden', { public: 'the signature of this link is not valid' });
  });
}

export interface FileToSend {
  readonly folder: string;
  /** In the folder. */
  readonly name: string;
  /** What it is called where it arrives. */
  readonly title: string;
  /** Notes that somebody fetches it. */
  note(): Promise<void>;
}

/** Sends a file, whole or in ranges. */
export async function sendFile(request: FastifyRequest, reply: FastifyReply, file: FileToSend): Promise<FastifyReply> {
  const options = { root: file.folder, dotfiles: 'allow', cacheControl: false, index: false } as const;
  const { statusCode, headers, stream } = await send(request.raw, file.name, options);
  if (statusCode === 404) throw new AppError('not_found', { public: 'the file of this report is gone' });
  reply.code(statusCode).headers(headers);
  if (statusCode === 416) return reply.type('application/json').send(faultBody(1016, ['the file has no such range']));
  if (request.method === 'GET' && isFromItsBeginning(request, statusCode)) await file.note();
  return reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', attachment(file.title))
    .header('cache-control', 'private, no-store')
    .header('x-robots-tag', 'noindex')
    .send(stream);
}

/** Clients that fetch a file in pieces have fetched it once. */
function isFromItsBeginning({ headers }: FastifyRequest, statusCode: number): boolean {
  return statusCode === 200 || (statusCode === 206 && /^bytes=0-/.test(headers.range ?? ''));
}
