import type { Command } from 'commander';
import { printResult, table } from '../output.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { Organization } from '../wire.ts';
import { addOrgSettingCommands } from './org-settings.ts';

export function addOrgCommands(program: Command): void {
  const org = program.command('org').description('organizations');
  withJson(
    org
      .command('create <slug>')
      .description('make an organization; its slug is unique and names it on the command line and in host names')
      .requiredOption('--name <text>', 'what people call it')
      .option('--parent <slug>', 'the organization above'),
  ).action(createOrganization);
  withJson(
    org
      .command('move <slug>')
      .description('hang an organization, with all that is below it, under another one')
      .option('--parent <slug>', 'the organization above it from now on')
      .option('--top', 'none: it stands at the top'),
  ).action(moveOrganization);
  withJson(org.command('list').description('list organizations, parents before children')).action(listOrganizations);
  addOrgSettingCommands(org);
}

async function createOrganization(
  slug: string,
  options: JsonOption & { readonly name: string; readonly parent?: string },
): Promise<void> {
  const { name, parent } = options;
  const created = await withBelfry(({ api }) => api.post<Organization>('/organizations', { slug, name, parent }));
  printResult(outputOf(options), created, () => `Organization ${created.slug} has number ${created.id}.`);
}

interface MoveOptions extends JsonOption {
  readonly parent?: string;
  readonly top?: boolean;
}

async function moveOrganization(slug: string, options: MoveOptions, command: Command): Promise<void> {
  const { parent = null, top = false } = options;
  if ((parent === null) !== top) command.error('error: name one of --parent <slug> and --top');
  const path = `/organizations/${encodeURIComponent(slug)}/move`;
  const moved = await withBelfry(({ api }) => api.post<Organization>(path, { parent }));
  printResult(outputOf(options), moved, () =>
    moved.parent === null
      ? `Organization ${moved.slug} stands at the top.`
      : `Organization ${moved.slug} stands below ${moved.parent}.`,
  );
}

async function listOrganizations(options: JsonOption): Promise<void> {
  const { data } = await withBelfry(({ api }) => api.get<{ data: Organization[] }>('/organizations'));
  printResult(outputOf(options), data, () =>
    data.length === 0
      ? 'There is no organization yet. Make one: belfry org create <slug> --name <text>'
      : table(
          ['NUMBER', 'SLUG', 'NAME', 'PARENT'],
          data.map(({ id, slug, name, parent }) => [id, slug, name, parent]),
        ),
  );
}
