import { changeOrganizationSetting } from '../../../core/orgs/organization-settings.ts';
import { toSetting } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { setting } from '../schemas.ts';
import { settingParams } from './inputs.ts';

export const removeOrganizationSetting = defineRoute({
  method: 'DELETE',
  path: '/organizations/:slug/settings/:name',
  operationId: 'removeOrganizationSetting',
  summary: 'Takes an organization’s value back; answers what holds without it',
  tag: 'Organizations',
  params: settingParams,
  answer: setting,
  async handle({ deps, caller, params: { slug, name } }) {
    return toSetting(await changeOrganizationSetting(deps.context, caller, { organization: slug, name, value: null }));
  },
});
