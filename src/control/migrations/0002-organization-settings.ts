import type { Migration } from './migration.ts';

export const organizationSettings: Migration = {
  name: '0002-organization-settings',
  up: [
    `create table organization_settings (
      organization_id bigint not null references organizations (id),
      name text not null,
      value text not null,
      primary key (organization_id, name)
    )`,
  ],
};
