import { z } from 'zod';
import { changeOrganizationSetting } from '../../../core/orgs/organization-settings.ts';
import { toSetting } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { setting, settingValue } from '../schemas.ts';
import { settingParams } from './inputs.ts';

export const putOrganizationSetting = defineRoute({
  method: 'PUT',
  path: '/organizations/:slug/settings/:name',
  operationId: 'putOrganizationSetting',
  summary: 'Gives an organization, and all below it that have none of their own, a value',
  tag: 'Organizations',
  params: settingParams,
  body: z.strictObject({ value: settingValue }),
  answer: setting,
  async handle({ deps, caller, params: { slug, name }, body: { value } }) {
    return toSetting(await changeOrganizationSetting(deps.context, caller, { organization: slug, name, value }));
  },
});
