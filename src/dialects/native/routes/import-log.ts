import { Readable } from 'node:stream';
import { z } from 'zod';
import { runImport } from '../../../core/imports/run-import.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { AppError } from '../../../model/errors.ts';
import { toImportOutcome } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { importOutcome } from '../schemas.ts';
import { slugParams } from './inputs.ts';

export const importLog = defineRoute({
  method: 'POST',
  path: '/organizations/:slug/imports',
  operationId: 'importLog',
  summary: 'Imports the log that is the body, plain or gzip, and answers when every record of it is accounted for',
  tag: 'Imports',
  params: slugParams,
  query: z.strictObject({
    path: z.string().min(1).max(4096).optional().describe('What to call the input; folders in it may tell its format'),
    format: z.string().max(100).optional().describe('Format or format/variant; recognised if not given'),
    timezone: z
      .string()
      .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
      .optional()
      .describe('Zone of times that are logged without one; UTC if not given'),
  }),
  upload: true,
  answer: importOutcome,
  otherStatuses: {
    207: 'Some batches were set aside: their records are not stored, and their bytes are kept',
    422: 'All that was sent was set aside: nothing is stored, and the bytes are kept',
  },
  statusOf: (answer) => statusOf(importOutcome.parse(answer)),
  async handle({ deps, caller, params, query, request }) {
    if (!deps.takesLogs) throw new AppError('unavailable', { public: 'this process takes no logs; another one does' });
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const { path = 'upload', format: formatName, timezone } = query;
    const source = uploaded(request.body);
    try {
      return toImportOutcome(path, await runImport(deps.ingest, scope, { path, formatName, timezone, source }));
    } finally {
      await source.return(undefined);
    }
  },
});

function statusOf({ setAside, received }: z.output<typeof importOutcome>): number {
  if (setAside === 0) return 200;
  return setAside < received ? 207 : 422;
}

/** The chunks of a body. When they are no longer wanted the rest is let go, so that its sender comes to read the answer. */
async function* uploaded(body: unknown): AsyncGenerator<Buffer, undefined> {
  if (!(body instanceof Readable)) return;
  try {
    yield* body.iterator({ destroyOnReturn: false });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    // A sender that goes away midway has not sent the end of its log.
    throw new AppError('bad_request', { public: 'the upload broke off before its end', cause });
  } finally {
    body.resume();
  }
}

function isTimeZone(name: string): boolean {
  return ZONES.has(name);
}

const ZONES = new Set(['UTC', 'Etc/UTC', 'GMT', ...Intl.supportedValuesOf('timeZone')]);
