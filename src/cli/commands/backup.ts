import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { BackupSummary, BackupVerdict } from '../../core/backup/index.ts';
import { printResult, table } from '../output.ts';
import { progressPrinter, rowsText } from '../progress.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { Session } from '../session.ts';
import type { RequestedBackup } from '../wire.ts';

export function addBackupCommands(program: Command): void {
  const backup = withJson(
    program
      .command('backup [folder]')
      .description(
        'write everything into a folder of the server’s disk, while it goes on; the folder then holds secrets',
      ),
  );
  backup.action(writeBackup);
  withJson(
    backup
      .command('verify <folder>')
      .description('read a backup and compare it with what was written; fails if it differs'),
  ).action(verifyBackup);
}

async function writeBackup(folder: string | undefined, options: JsonOption, command: Command): Promise<void> {
  if (folder === undefined) return command.error("error: missing required argument 'folder'");
  const path = resolve(folder);
  const backup = await withBelfry((session) => waitForBackup(session, path, options));
  printResult(outputOf(options), { folder: path, ...backup }, () => backupText(path, backup));
}

const LOOK_EVERY_MS = 250;

async function waitForBackup({ api }: Session, folder: string, options: JsonOption): Promise<BackupSummary> {
  const print = progressPrinter(options);
  let asked = await api.post<RequestedBackup>('/backups', { folder });
  while (asked.state === 'queued' || asked.state === 'running') {
    await sleep(LOOK_EVERY_MS);
    asked = await api.get<RequestedBackup>(`/backups/${asked.id}`);
    if (asked.progress !== null) print(asked.progress);
  }
  if (asked.state === 'succeeded' && asked.backup !== null) return asked.backup;
  const { AppError } = await import('../../model/errors.ts');
  throw new AppError('unavailable', { public: `no backup was written: ${asked.error}` });
}

function backupText(folder: string, backup: BackupSummary): string {
  const { missing, holdsTokenKey } = backup;
  const secrets = holdsTokenKey
    ? 'It holds password hashes and the key that signs tokens: keep it as you keep those.'
    : 'It holds password hashes: keep it as you keep those. The key that signs tokens is configured (BELFRY_TOKEN_KEY) and not in it.';
  return [
    `${folder} shows the installation at ${backup.moment}, with the events of all batches up to ${backup.horizon}:`,
    '',
    rowsText(backup.events),
    '',
    `${backup.files} files, ${backup.bytes} bytes. ${secrets}`,
    ...missing.map((path) => `Not there to be copied: ${path}`),
  ].join('\n');
}

async function verifyBackup(folder: string, options: JsonOption): Promise<void> {
  const { summaryOf, verifyBackup: verify } = await import('../../core/backup/index.ts');
  const path = resolve(folder);
  const verdict = await verify(path);
  const { manifest, faults } = verdict;
  printResult(outputOf(options), { folder: path, ...summaryOf(manifest), faults }, () => verdictText(path, verdict));
  if (faults.length > 0) process.exitCode = 1;
}

function verdictText(folder: string, { manifest, faults }: BackupVerdict): string {
  if (faults.length === 0) return `${folder} is good: ${manifest.files.length} files, from ${manifest.moment}.`;
  const rows = faults.map(({ path, fault }) => [path, fault]);
  return `${folder} is not what was written:\n\n${table(['FILE', 'FAULT'], rows)}`;
}
