import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { noteRunFetched, openRunFile } from '../../core/compliance/index.ts';
import { mountRoute } from '../kit/mount-route.ts';
import { RUN_FILES_PATH } from './mapping/compliance.ts';
import { type DownloadDeps, linkParameters, sendFile, whoAsks } from './send-file.ts';
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
  const scope = await whoAsks(request, { id, ...linkParameters(request) }, given);
  const { context, complianceShelf } = given.deps;
  const found = await openRunFile(context, scope, id);
  return sendFile(request, reply, {
    folder: complianceShelf.folder,
    name: found.file.name,
    title: found.run.name,
    note: () => noteRunFetched(context, found, scope?.actor ?? { from: request.ip }),
  });
}
