import type { Command } from 'commander';
import { printResult, table } from '../output.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { Organization } from '../wire.ts';

export function addOrgCommands(program: Command): void {
  const org = program.command('org').description('organizations');
  withJson(
    org
      .command('create <slug>')
      .description('make an organization; its slug is unique and names it on the command line and in host names')
      .requiredOption('--name <text>', 'what people call it')
      .option('--parent <slug>', 'the organization above'),
  ).action(createOrganization);
  withJson(org.command('list').description('list organizations, parents before children')).action(listOrganizations);
}

async function createOrganization(
  slug: string,
  options: JsonOption & { readonly name: string; readonly parent?: string },
): Promise<void> {
  const { name, parent } = options;
  const created = await withBelfry(({ api }) => api.post<Organization>('/organizations', { slug, name, parent }));
  printResult(outputOf(options), created, () => `Organization ${created.slug} has number ${created.id}.`);
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
