import { Command } from 'commander';
import { VERSION } from '../kit/version.ts';
import { addAlarmCommands } from './commands/alarms.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addBatchesCommands } from './commands/batches.ts';
import { addClientCommands } from './commands/client.ts';
import { addConfigCommand } from './commands/config.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addImportCommand } from './commands/import.ts';
import { addLabelCommands } from './commands/label.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addMigrateStoreCommand } from './commands/migrate-store.ts';
import { addOrgCommands } from './commands/org.ts';
import { addPeerCommands } from './commands/peer.ts';
import { addRejectsCommand } from './commands/rejects.ts';
import { addRestoreCommand } from './commands/restore.ts';
import { addRulesCommands } from './commands/rules.ts';
import { addServeCommand } from './commands/serve.ts';
import { addUserCommands } from './commands/user.ts';
import type { Output } from './output.ts';

/** The command line. Commands load what they need when they run, so that help comes at once. */
export function createProgram({ json }: Output): Command {
  const program = new Command('belfry')
    .description('Security reporting server: logs of many organizations in, the reporting APIs your tools speak out.')
    .version(VERSION)
    .showSuggestionAfterError()
    .exitOverride();
  // With --json a misunderstanding is told as JSON as well, by who catches it.
  if (json) program.configureOutput({ writeErr: () => {} });
  for (const add of [
    addServeCommand,
    addOrgCommands,
    addUserCommands,
    addClientCommands,
    addImportCommand,
    addRejectsCommand,
    addBatchesCommands,
    addAlarmCommands,
    addLabelCommands,
    addRulesCommands,
    addPeerCommands,
    addAuditCommands,
    addDemoCommand,
    addConfigCommand,
    addMigrateCommand,
    addBackupCommands,
    addRestoreCommand,
    addMigrateStoreCommand,
  ]) {
    add(program);
  }
  return program;
}
