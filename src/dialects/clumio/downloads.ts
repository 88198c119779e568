import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { noteDownload, openDownload } from '../../core/reports/index.ts';
import { mountRoute } from '../kit/mount-route.ts';
import { DOWNLOADS_PATH, toManifest } from './mapping/report-download.ts';
import { reportManifest } from './report-schemas.ts';
import { type DownloadDeps, type LinkParameters, linkParameters, sendFile, whoAsks } from './send-file.ts';
import { isUuid } from './units.ts';

const MANIFEST = '.manifest.json';

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
  return sendFile(request, reply, {
    folder: deps.reportShelf.folder,
    name: download.file.name,
    title: download.report.fileName,
    note: () => noteDownload(deps.context, download, scope?.actor ?? { from: request.ip }),
  });
}

interface Address extends LinkParameters {
  readonly id: string;
  readonly wantsManifest: boolean;
}

function readAddress(request: FastifyRequest): Address {
  const { file = '' } = request.params as { file?: string };
  const { signature, expires } = linkParameters(request);
  const [id, ofId] = withoutSuffix(file);
  const [bare, ofSignature] = withoutSuffix(signature ?? '');
  return {
    id: isUuid(id) ? id.toLowerCase() : '',
    wantsManifest: ofId || ofSignature,
    signature: signature === undefined ? undefined : bare,
    expires,
  };
}

function withoutSuffix(text: string): [bare: string, had: boolean] {
  return text.endsWith(MANIFEST) ? [text.slice(0, -MANIFEST.length), true] : [text, false];
}
