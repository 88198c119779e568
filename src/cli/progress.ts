import type { Progress, TableSummary } from '../core/backup/index.ts';
import { note, table } from './output.ts';
import type { JsonOption } from './run.ts';

const EVERY_MS = 5_000;

/** Tells people how far something is: each step, and within it every few seconds. Programs are told nothing. */
export function progressPrinter({ json = false }: JsonOption): (progress: Progress) => void {
  let last: { step: string; atMs: number } | undefined;
  return ({ step, done, total }) => {
    const now = Date.now();
    if (json || (last?.step === step && now - last.atMs < EVERY_MS)) return;
    last = { step, atMs: now };
    note(total > 1 ? `${step}: ${done} of ${total}` : step);
  };
}

/** Rows and checksums by table, and of events by organization. */
export function rowsText(tables: readonly TableSummary[]): string {
  const rows = tables.flatMap(({ table: name, rows, checksum, organizations }) => [
    [name, '', rows, checksum] as const,
    ...(name === 'events' ? organizations.map((own) => ['', own.organization, own.rows, own.checksum] as const) : []),
  ]);
  return table(['TABLE', 'ORGANIZATION', 'ROWS', 'CHECKSUM'], rows);
}
