import { type Command, Option } from 'commander';
import { printResult, table } from '../output.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { NewUser, User } from '../wire.ts';

export function addUserCommands(program: Command): void {
  const user = program.command('user').description('people, who sign in with e-mail address and password');
  withJson(
    user
      .command('create <email>')
      .description('make a user; without --password-stdin a password is made and shown, this once')
      .requiredOption('--name <text>', 'what they are called')
      .addOption(
        new Option('--role <role>', 'what they may do').choices(['manager', 'analyst', 'viewer']).makeOptionMandatory(),
      )
      .requiredOption('--org <slug>', 'their organization; they reach all below it too')
      .option('--password-stdin', 'read the password from standard input'),
  ).action(createUser);
  withJson(
    user.command('list').description('list users').option('--org <slug>', 'those of one organization alone'),
  ).action(listUsers);
}

interface CreateOptions extends JsonOption {
  readonly name: string;
  readonly role: string;
  readonly org: string;
  readonly passwordStdin?: true;
}

async function createUser(email: string, options: CreateOptions): Promise<void> {
  const { name, role, org: organization } = options;
  const password = options.passwordStdin ? await readPassword() : undefined;
  const body = { email, name, role, organization, password };
  const created = await withBelfry(({ api }) => api.post<NewUser>('/users', body));
  printResult(outputOf(options), created, () => createdText(created));
}

function createdText({ email, role, organization, password }: NewUser): string {
  const made = `User ${email} is ${role} of ${organization}.`;
  return password === null ? made : `${made}\npassword  ${password}\nThe password is not shown again.`;
}

/** The line end that a shell adds is no part of a password. */
async function readPassword(): Promise<string> {
  const { text } = await import('node:stream/consumers');
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

async function listUsers(options: JsonOption & { readonly org?: string }): Promise<void> {
  const query = { organization: options.org };
  const { data } = await withBelfry(({ api }) => api.get<{ data: User[] }>('/users', query));
  printResult(outputOf(options), data, () =>
    data.length === 0
      ? 'There is no user. Make one: belfry user create <email> --name <text> --role <role> --org <slug>'
      : table(
          ['EMAIL', 'NAME', 'ROLE', 'ORGANIZATION', 'ENABLED', 'LAST SIGN-IN'],
          data.map((user) => [
            user.email,
            user.name,
            user.role,
            user.organization,
            user.enabled ? 'yes' : 'no',
            user.lastSignInAt,
          ]),
        ),
  );
}
