import type { Migration } from './migration.ts';

export const compliance: Migration = {
  name: '0009-compliance',
  up: [
    `create table compliance_configurations (
      id text not null primary key,
      organization_id bigint not null references organizations (id),
      root_id bigint not null references organizations (id),
      name text not null,
      folded_name text not null,
      description text,
      schedule text,
      notification text,
      parameter text not null,
      named_organization_ids text,
      created_at text not null,
      created_by text not null,
      next_run_at text not null
    )`,
    `create index compliance_configurations_by_organization
      on compliance_configurations (organization_id, created_at, id)`,
    'create index compliance_configurations_due on compliance_configurations (next_run_at)',
    // Runs go with their configuration.
    `create table compliance_runs (
      id text not null primary key,
      configuration_id text not null references compliance_configurations (id) on delete cascade,
      organization_id bigint not null references organizations (id),
      root_id bigint not null references organizations (id),
      name text not null,
      state text not null check (state in ('generating', 'completed', 'failed')),
      task_id bigint not null references tasks (id),
      parameter text not null,
      named_organization_ids text,
      created_at text not null,
      updated_at text not null,
      expires_at text,
      compliance_status text check (compliance_status in ('compliant', 'non_compliant', 'unknown')),
      findings text,
      file text,
      error text
    )`,
    'create index compliance_runs_by_configuration on compliance_runs (configuration_id, created_at, id)',
    'create index compliance_runs_by_expiry on compliance_runs (expires_at)',
  ],
};
