import type { Command } from 'commander';
import { printResult, table } from '../output.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { OrganizationSetting } from '../wire.ts';

/** @param org the command `org` */
export function addOrgSettingCommands(org: Command): void {
  withJson(
    org.command('settings <slug>').description('show the settings of an organization and whose values they are'),
  ).action(listSettings);
  withJson(
    org
      .command('set <slug> <name> <value>')
      .description('give an organization a value, which those below it without one of their own have too'),
  ).action(putSetting);
  withJson(
    org
      .command('unset <slug> <name>')
      .description('take the value of an organization back; what holds above it holds again'),
  ).action(removeSetting);
}

async function listSettings(slug: string, options: JsonOption): Promise<void> {
  const { data } = await withBelfry(({ api }) => api.get<{ data: OrganizationSetting[] }>(placeOf(slug)));
  printResult(outputOf(options), data, () =>
    table(
      ['SETTING', 'VALUE', 'FROM', 'WHAT IT IS'],
      data.map(({ name, value, from, description }) => [name, value, from, description]),
    ),
  );
}

async function putSetting(slug: string, name: string, text: string, options: JsonOption): Promise<void> {
  const body = { value: readValue(text) };
  const setting = await withBelfry(({ api }) => api.put<OrganizationSetting>(placeOf(slug, name), body));
  printResult(outputOf(options), setting, () => sentenceOf(slug, setting));
}

async function removeSetting(slug: string, name: string, options: JsonOption): Promise<void> {
  const setting = await withBelfry(({ api }) => api.delete<OrganizationSetting>(placeOf(slug, name)));
  printResult(outputOf(options), setting, () => sentenceOf(slug, setting));
}

function placeOf(slug: string, ...names: readonly string[]): string {
  const steps = [slug, 'settings', ...names].map(encodeURIComponent);
  return `/organizations/${steps.join('/')}`;
}

/** Numbers, `true` and `false` are what they look like; everything else is text. */
function readValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

const ORIGINS: Readonly<Record<OrganizationSetting['from'], string>> = {
  organization: '',
  above: ', from above it',
  default: ', the default',
};

function sentenceOf(slug: string, { name, value, from }: OrganizationSetting): string {
  return `${name} of ${slug} is ${value}${ORIGINS[from]}.`;
}
