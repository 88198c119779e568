import type { Command } from 'commander';
import { AppError } from '../../model/errors.ts';
import type { ApiConnection } from '../api-connection.ts';
import { printResult, table } from '../output.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { Label } from '../wire.ts';

export function addLabelCommands(program: Command): void {
  const label = program.command('label').description('labels that alarms can carry');
  withJson(
    label.command('create <org> <name>').description('define a label for an organization and all below it'),
  ).action(createLabel);
  withJson(
    label.command('list <org>').description('list labels, those defined above the organization included'),
  ).action(listLabels);
  withJson(
    label
      .command('delete <org> <label>')
      .description('delete a label by name or id, where it was defined, and take it off alarms'),
  ).action(deleteLabel);
}

async function createLabel(slug: string, name: string, options: JsonOption): Promise<void> {
  const created = await withBelfry(({ api }) => api.post<Label>(placeOf(slug), { name }));
  printResult(outputOf(options), created, () => `Label ${created.name} has id ${created.id}.`);
}

async function listLabels(slug: string, options: JsonOption): Promise<void> {
  const labels = await withBelfry(({ api }) => labelsOf(api, slug));
  printResult(outputOf(options), labels, () =>
    labels.length === 0
      ? `There is no label. Make one: belfry label create ${slug} <name>`
      : table(
          ['ID', 'NAME', 'DEFINED'],
          labels.map(({ id, name, isInherited }) => [id, name, isInherited ? 'above' : 'here']),
        ),
  );
}

async function deleteLabel(slug: string, given: string, options: JsonOption): Promise<void> {
  const deleted = await withBelfry(async ({ api }) => {
    const own = (await labelsOf(api, slug)).filter((label) => !label.isInherited);
    const found = own.find(({ id }) => id === given) ?? own.find(({ name }) => name === given);
    if (found === undefined) throw new AppError('not_found', { public: `${slug} itself defines no label ${given}` });
    return api.delete<Label>(`${placeOf(slug)}/${found.id}`);
  });
  printResult(outputOf(options), deleted, () => `Label ${deleted.name} is deleted.`);
}

async function labelsOf(api: ApiConnection, slug: string): Promise<readonly Label[]> {
  return (await api.get<{ data: readonly Label[] }>(placeOf(slug))).data;
}

function placeOf(slug: string): string {
  return `/organizations/${encodeURIComponent(slug)}/labels`;
}
