import type { Command } from 'commander';
import type { Moved } from '../../core/backup/index.ts';
import type { MoveOptions } from '../move-to.ts';
import { printResult } from '../output.ts';
import { progressPrinter, rowsText } from '../progress.ts';
import { type JsonOption, outputOf, withJson } from '../run.ts';

export function addMigrateStoreCommand(program: Command): void {
  withJson(
    program
      .command('migrate-store')
      .description('copy everything to other stores, with the server stopped; where it was interrupted, run it again')
      .option('--to-events <url>', 'ClickHouse server for the events, as in BELFRY_EVENTS_URL')
      .option('--to-cluster <name>', 'its cluster, as in BELFRY_EVENTS_CLUSTER')
      .option('--to-control <url>', 'PostgreSQL database for everything else, as in BELFRY_CONTROL_URL')
      .option('--to-data <folder>', 'data directory whose embedded stores take what goes to no server'),
  ).action(migrateStore);
}

async function migrateStore(options: MoveOptions & JsonOption, command: Command): Promise<void> {
  const { toEvents, toCluster, toControl, toData } = options;
  if (toEvents === undefined && toControl === undefined && toData === undefined) {
    return command.error('error: name where to: --to-events, --to-control, --to-data, or several of them');
  }
  if (toCluster !== undefined && toEvents === undefined) {
    return command.error("error: option '--to-cluster' needs '--to-events'");
  }
  const { moveTo } = await import('../move-to.ts');
  const { moved, settings } = await moveTo(process.env, options, progressPrinter(options));
  printResult(outputOf(options), { ...moved, settings }, () => movedText(moved, settings));
}

function movedText({ control, events }: Moved, settings: Readonly<Record<string, string | null>>): string {
  const rows = control?.reduce((sum, table) => sum + table.rows, 0);
  const values = Object.entries(settings).map(
    ([name, value]) => `  ${value === null ? `unset ${name}` : `${name}=${value}`}`,
  );
  return [
    ...(events === null ? [] : ['Rows and checksums are the same on both sides:', '', rowsText(events), '']),
    ...(rows === undefined
      ? []
      : [`Control data: ${rows} rows in ${control?.length} tables, the same on both sides.`, '']),
    'What was there before is as it was. From now on start Belfry with',
    '',
    ...values,
  ].join('\n');
}
