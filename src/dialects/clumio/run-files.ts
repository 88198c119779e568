import send from '@fastify/send';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { noteRunFetched, openRunFile } from '../../core/compliance/index.ts';
import { isSigned } from '../../core/reports/index.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import { mountRoute } from '../kit/mount-route.ts';
import { rawQuery } from '../kit/raw-query.ts';
import { attachment } from './content-disposition.ts';
import type { DownloadDeps } from './downloads.ts';
import { faultBody } from './errors.ts';
import { RUN_FILES_PATH } from './mapping/compliance.ts';
import { isUuid } from './units.ts';

/** Serves the files of compliance reports, whole or in ranges, to whoever has their link or a token. */
export function mountRunFiles(app: FastifyInstance, given: DownloadDeps): void {
  for (const base of ['', '/api']) {
    const handler = (request: FastifyRequest, reply: FastifyReply) => answer(request, reply, given);
    const schema = base === '' ? SCHEMA : { hide: true };
    mountRoute(app, { path: `${base}${RUN_FILES_PATH}/:run_id`, handlers: { GET: { handler, schema } } });
  }
}

const SCHEMA: FastifySchema = {
  operationId: 'download-compliance-report',
  summary: 'The file of a run, by the link of the list or with a token',
  tags: ['Compliance reports'],
  security: [{ token: [] }, {}],
  params: z.object({ run_id: z.string() }),
  querystring: z.object({
    expires: z.string().optional().describe('Of the link'),
    signature: z.string().optional().describe('Of the link'),
  }),
  response: { 200: { description: 'The file', content: { 'text/csv': { schema: z.string() } } } },
};

async function answer(request: FastifyRequest, reply: FastifyReply, given: DownloadDeps): Promise<FastifyReply> {
  const { run_id: asked = '' } = request.params as { run_id?: string };
  const id = isUuid(asked) ? asked.toLowerCase() : '';
  const scope = await whoAsks(request, id, given);
  const { context, complianceShelf } = given.deps;
  const found = await openRunFile(context, scope, id);
  const options = { root: complianceShelf.folder, dotfiles: 'allow', cacheControl: false, index: false } as const;
  const { statusCode, headers, stream } = await send(request.raw, found.file.name, options);
  if (statusCode === 404) throw new AppError('not_found', { public: 'the file of this run is gone' });
  reply.code(statusCode).headers(headers);
  if (statusCode === 416) return reply.type('application/json').send(faultBody(1016, ['the file has no such range']));
  if (request.method === 'GET' && statusCode === 200) {
    await noteRunFetched(context, found, scope?.actor ?? { from: request.ip });
  }
  return reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', attachment(found.run.name))
    .header('cache-control', 'private, no-store')
    .send(stream);
}

/** Null for whoever has a link that is good. Fails with `forbidden` for one that was not made here, or as the guard does. */
async function whoAsks(request: FastifyRequest, id: string, { deps, guard }: DownloadDeps): Promise<Scope | null> {
  const query = rawQuery(request.query);
  const signature = query.get('signature')?.at(-1);
  if (signature === undefined) return (await guard(request)).scope;
  const expires = Number(query.get('expires')?.at(-1) ?? Number.NaN);
  if (isSigned(deps.tokenKey, id, { expires, signature })) return null;
  throw new AppError('forbidden', { public: 'the signature of this link is not valid' });
}
