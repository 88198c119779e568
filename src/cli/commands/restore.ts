import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BackupSummary } from '../../core/backup/index.ts';
import { OPERATOR } from '../operator.ts';
import { note, printResult } from '../output.ts';
import { progressPrinter, rowsText } from '../progress.ts';
import { type JsonOption, outputOf, withJson } from '../run.ts';

export function addRestoreCommand(program: Command): void {
  withJson(
    program
      .command('restore <folder>')
      .description('fill an installation that holds nothing with a backup; where it was interrupted, run it again'),
  ).action(restore);
}

async function restore(folder: string, options: JsonOption): Promise<void> {
  const [{ loadConfig }, { takeDataDirectory }, backups, { storePlaces }, { readTokenKey }] = await Promise.all([
    import('../../config/index.ts'),
    import('../data-directory.ts'),
    import('../../core/backup/index.ts'),
    import('../store-places.ts'),
    import('../token-key.ts'),
  ]);
  const config = loadConfig(process.env);
  const lock = await takeDataDirectory(config.dataDirectory);
  try {
    const progress = progressPrinter(options);
    const manifest = await backups.restoreBackup(resolve(folder), storePlaces(config), { actor: OPERATOR, progress });
    const sameTokenKey = backups.printOfKey(await readTokenKey(config)) === manifest.tokenKeyPrint;
    const backup = backups.summaryOf(manifest);
    printResult(outputOf(options), { ...backup, sameTokenKey }, () => restoredText(backup));
    if (!sameTokenKey && !options.json) note(OTHER_KEY);
  } finally {
    lock.release();
  }
}

const OTHER_KEY =
  'The key that signs tokens is another one: access tokens end, and servers that organizations have joined must be joined again. Set BELFRY_TOKEN_KEY to what it was, if it is known.';

function restoredText({ moment, version, events, missing }: BackupSummary): string {
  return [
    `Restored as it was at ${moment} (Belfry ${version}). Rows and checksums are those of the backup:`,
    '',
    rowsText(events),
    ...missing.map((path) => `Not in the backup: ${path}`),
  ].join('\n');
}
