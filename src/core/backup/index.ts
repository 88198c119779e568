export { type FilePlaces, filePlaces } from './copy-files.ts';
export type { Progress } from './progress.ts';
export { BACKUP_JOB } from './progress.ts';
export { backupPayload, type RequestedBackup, readBackup, requestBackup } from './request-backup.ts';
export { type RestoreTarget, restoreBackup } from './restore-backup.ts';
export { runBackup } from './run-backup.ts';
export { type BackupSummary, summaryOf, type TableSummary, tablesOf } from './summary.ts';
export { type BackupVerdict, verifyBackup } from './verify-backup.ts';
export { printOfKey } from './write-backup.ts';
