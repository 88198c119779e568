import { readOrganizationSetting as read } from '../../../core/orgs/organization-settings.ts';
import { toSetting } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { setting } from '../schemas.ts';
import { settingParams } from './inputs.ts';

export const readOrganizationSetting = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/settings/:name',
  operationId: 'readOrganizationSetting',
  summary: 'One setting of an organization',
  tag: 'Organizations',
  params: settingParams,
  answer: setting,
  async handle({ deps, caller, params: { slug, name } }) {
    return toSetting(await read(deps.context, caller, { organization: slug, name }));
  },
});
