import type { Command } from 'commander';
import { printResult, table } from '../output.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { Migration } from '../wire.ts';

export function addMigrateCommand(program: Command): void {
  withJson(
    program.command('migrate').description('bring the stores up to date and show what has been applied to them'),
  ).action(migrate);
}

interface Migrated {
  /** Names of what was applied by this command. */
  readonly applied: readonly string[];
  readonly migrations: readonly Migration[];
}

async function migrate(options: JsonOption): Promise<void> {
  // Instants in the event store are cut to the second.
  const begin = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
  const migrated = await withBelfry(async ({ api, served }): Promise<Migrated> => {
    const { data: migrations } = await api.get<{ data: Migration[] }>('/migrations');
    const fresh = served ? [] : migrations.filter(({ appliedAt }) => appliedAt >= begin);
    return { applied: fresh.map(({ name }) => name), migrations };
  });
  printResult(outputOf(options), migrated, () => migratedText(migrated));
}

function migratedText({ applied, migrations }: Migrated): string {
  const rows = migrations.map(({ store, name, appliedAt }) => [store, name, appliedAt]);
  const sentence = applied.length === 0 ? 'The stores are up to date.' : `Applied: ${applied.join(', ')}`;
  return `${table(['STORE', 'MIGRATION', 'APPLIED'], rows)}\n\n${sentence}`;
}
