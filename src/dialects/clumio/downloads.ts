import send from '@fastify/send';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { type Download, isSigned, noteDownload, openDownload } from '../../core/reports/index.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { DialectDeps } from '../dialect.ts';
import { mountRoute } from '../kit/mount-route.ts';
import { rawQuery } from '../kit/raw-query.ts';
import type { Guard } from './auth.ts';
import { attachment } from './content-disposition.ts';
import { faultBody } from './errors.ts';
import { DOWNLOADS_PATH, toManifest } from './mapping/report-download.ts';
import { reportManifest } from './report-schemas.ts';
import { isUuid } from './units.ts';

const MANIFEST = '.manifest.json';

export interface DownloadDeps {
  readonly deps: DialectDeps;
  readonly guard: Guard;
}

/**
 * Serves the files of reports, whole or in ranges, to whoever has their link or a token. At a file's address with
 * `.manifest.json` behind it, before or after the link's parameters, is what is known of the file.
 */
export function mountDownloads(app: FastifyInstance, given: DownloadDeps): void {
  for (const base of ['', '/api']) {
    const handler = (request: FastifyRequest, reply: FastifyReply) => answer(request, reply, given);
    const schema = base === '' ? SCHEMA : { hide: true };
    mountRoute(app, { path: `${base}${DOWNLOADS_PATH}/:file`, handlers: { GET: { handler, schema } } });
  }
}

const SCHEMA: FastifySchema = {
  operationId: 'download-report',
  summary:
    'The file of a report, by the link of the list or with a token; with `.manifest.json` behind its id, what it is',
  tags: ['Reports'],
  security: [{ token: [] }, {}],
  params: z.object({ file: z.string().describe('Id of the report') }),
  querystring: z.object({
    expires: z.string().optional().describe('Of the link'),
    signature: z.string().optional().describe('Of the link'),
  }),
  response: {
    200: {
      description: 'The file',
      content: { 'text/csv': { schema: z.string() }, 'application/json': { schema: reportManifest } },
    },
  },
};

async function answer(request: FastifyRequest, reply: FastifyReply, { deps, guard }: DownloadDeps) {
  const asked = readAddress(request);
  const scope = await whoAsks(request, asked, { deps, guard });
  const shelf = { id: asked.id, shelf: deps.reportShelf };
  const download = await openDownload(deps.context, scope, shelf);
  if (asked.wantsManifest) return reply.type('application/json').send(JSON.stringify(toManifest(download)));
  return sendFile(request, reply, { deps, download, scope });
}

interface Address {
  readonly id: string;
  readonly wantsManifest: boolean;
  readonly signature: string | undefined;
  readonly expires: number;
}

function readAddress(request: FastifyRequest): Address {
  const { file = '' } = request.params as { file?: string };
  const query = rawQuery(request.query);
  const signature = query.get('signature')?.at(-1);
  const [id, ofId] = withoutSuffix(file);
  const [bare, ofSignature] = withoutSuffix(signature ?? '');
  return {
    id: isUuid(id) ? id.toLowerCase() : '',
    wantsManifest: ofId || ofSignature,
    signature: signature === undefined ? undefined : bare,
    expires: Number(query.get('expires')?.at(-1) ?? Number.NaN),
  };
}

function withoutSuffix(text: string): [bare: string, had: boolean] {
  return text.endsWith(MANIFEST) ? [text.slice(0, -MANIFEST.length), true] : [text, false];
}

/** Null for whoever has a link that is good. Fails with `forbidden` for one that was not made here, or as the guard does. */
async function whoAsks(
  request: FastifyRequest,
  { id, signature, expires }: Address,
  { deps, guard }: DownloadDeps,
): Promise<Scope | null> {
  if (signature === undefined) return (await guard(request)).scope;
  if (isSigned(deps.tokenKey, id, { expires, signature })) return null;
  throw new AppError('forbidden', { public: 'the signature of this link is not valid' });
}

interface Sending {
  readonly deps: DialectDeps;
  readonly download: Download;
  readonly scope: Scope | null;
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, { deps, download, scope }: Sending) {
  const { file, report } = download;
  const root = deps.reportShelf.folder;
  const options = { root, dotfiles: 'allow', cacheControl: false, index: false } as const;
  const { statusCode, headers, stream } = await send(request.raw, file.name, options);
  if (statusCode === 404) throw new AppError('not_found', { public: 'the file of this report is gone' });
  reply.code(statusCode).headers(headers);
  if (statusCode === 416) return reply.type('application/json').send(faultBody(1016, ['the file has no such range']));
  if (request.method === 'GET' && isFromItsBeginning(request, statusCode)) {
    await noteDownload(deps.context, download, scope?.actor ?? { from: request.ip });
  }
  return reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', attachment(report.fileName))
    .header('cache-control', 'private, no-store')
    .header('x-robots-tag', 'noindex')
    .send(stream);
}

/** Clients that fetch a file in pieces have fetched it once. */
function isFromItsBeginning({ headers }: FastifyRequest, statusCode: number): boolean {
  return statusCode === 200 || (statusCode === 206 && /^bytes=0-/.test(headers.range ?? ''));
}
