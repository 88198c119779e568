import type { Command } from 'commander';
import { printResult, table } from '../output.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { Client, ClientWithSecret } from '../wire.ts';

export function addClientCommands(program: Command): void {
  const client = program.command('client').description('API clients: the keys and secrets that programs use');
  withJson(
    client
      .command('create <org>')
      .description('make a client of an organization and show its secret, this once')
      .requiredOption('--name <text>', 'what it is for; letters and digits alone for USM')
      .option('--api <surface>', 'the one API it shall work for; without it, Umbrella v1 and v2 and USM Anywhere')
      .option('--scope <scope...>', 'what it may do, in the words of that API; everything if not given')
      .option('--role <role>', 'for clumio: super_admin (if not given), reporting_admin, …; instead of scopes')
      .option('--expires <when>', 'the day or instant it stops working: 2027-01-31')
      .option('--owner <email>', 'the user it belongs to: it works only while they are enabled'),
  ).action(createClient);
  withJson(
    client.command('list').description('list clients').option('--org <slug>', 'those of one organization alone'),
  ).action(listClients);
  addChange(client, 'disable', 'stop a client and its tokens until it is enabled again');
  addChange(client, 'enable', 'let a client work again');
  withJson(
    client
      .command('reset-secret <id>')
      .description('make a new secret and show it, this once; the old one and its tokens end'),
  ).action(resetSecret);
  withJson(client.command('delete <id>').description('end a client and its tokens, for good')).action(deleteClient);
}

interface CreateOptions extends JsonOption {
  readonly name: string;
  readonly api?: string;
  readonly scope?: readonly string[];
  readonly owner?: string;
  readonly role?: string;
  readonly expires?: string;
}

async function createClient(organization: string, options: CreateOptions): Promise<void> {
  const { name, api: surface, scope: scopes, owner, role, expires: expiresAt } = options;
  const body = { organization, name, api: surface, scopes, owner, role, expiresAt };
  const created = await withBelfry(({ api }) => api.post<ClientWithSecret>('/clients', body));
  printResult(outputOf(options), created, () => secretText(created));
}

async function listClients(options: JsonOption & { readonly org?: string }): Promise<void> {
  const query = { organization: options.org };
  const { data } = await withBelfry(({ api }) => api.get<{ data: Client[] }>('/clients', query));
  printResult(outputOf(options), data, () =>
    data.length === 0
      ? 'There is no client. Make one: belfry client create <org> --name <text>'
      : table(
          ['ID', 'ORGANIZATION', 'NAME', 'API', 'ENABLED', 'LAST USED'],
          data.map((client) => [
            client.clientId,
            client.organization,
            client.name,
            client.api,
            client.enabled ? 'yes' : 'no',
            client.lastUsedAt,
          ]),
        ),
  );
}

function addChange(client: Command, verb: 'disable' | 'enable', description: string): void {
  withJson(client.command(`${verb} <id>`).description(description)).action(async (id: string, options: JsonOption) => {
    const path = `/clients/${encodeURIComponent(id)}/${verb}`;
    const changed = await withBelfry(({ api }) => api.post<Client>(path));
    printResult(outputOf(options), changed, () => `Client ${changed.clientId} (${changed.name}) is ${verb}d.`);
  });
}

async function resetSecret(id: string, options: JsonOption): Promise<void> {
  const path = `/clients/${encodeURIComponent(id)}/reset-secret`;
  const changed = await withBelfry(({ api }) => api.post<ClientWithSecret>(path));
  printResult(outputOf(options), changed, () => secretText(changed));
}

async function deleteClient(id: string, options: JsonOption): Promise<void> {
  const deleted = await withBelfry(({ api }) => api.delete<Client>(`/clients/${encodeURIComponent(id)}`));
  printResult(outputOf(options), deleted, () => `Client ${deleted.clientId} (${deleted.name}) is gone.`);
}

function secretText({ clientId, clientSecret, token }: ClientWithSecret): string {
  if (token !== undefined) return [`key    ${clientId}`, `token  ${token}`, 'The token is not shown again.'].join('\n');
  return [`key     ${clientId}`, `secret  ${clientSecret}`, 'The secret is not shown again.'].join('\n');
}
