import { z } from 'zod';
import { importRules as importPack } from '../../../core/detection/index.ts';
import { readJsonUpload } from '../read-json-upload.ts';
import { defineRoute } from '../route.ts';
import { toImportedRules } from '../rule-mapping.ts';
import { importedRules, ruleFiles } from '../rule-schemas.ts';
import { packParams } from './inputs.ts';

export const importRules = defineRoute({
  method: 'PUT',
  path: '/rules/packs/:pack',
  operationId: 'importRules',
  summary: 'Loads rules into a pack: `{"files": [{"name": "a.yml", "text": "title: …"}]}`, at most 64 MiB',
  tag: 'Rules',
  params: packParams,
  query: z.strictObject({
    licence: z.string().max(100).optional().describe('Of rules that name none'),
    enable: z
      .enum(['true', 'false'])
      .optional()
      .transform((text) => text === 'true')
      .describe('Whether rules that are new are enabled; false if not given'),
  }),
  upload: true,
  answer: importedRules,
  async handle({ deps, caller, params: { pack }, query, request }) {
    const { files } = await readJsonUpload(request.body, ruleFiles);
    return toImportedRules(await importPack(deps.context, caller, { pack, files, ...query }));
  },
});
