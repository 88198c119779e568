/**
 * A backup and its restore against copying the files of the data directory: rows a second, sizes, ratios.
 * `UV_THREADPOOL_SIZE=16 ROWS=10000000 npx tsx bench/backup.ts`
 */
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openControl } from '../src/control/database.ts';
import { createOrganization } from '../src/control/repos/organizations.ts';
import { filePlaces } from '../src/core/backup/index.ts';
import { restoreBackup } from '../src/core/backup/restore-backup.ts';
import { verifyBackup } from '../src/core/backup/verify-backup.ts';
import { writeBackup } from '../src/core/backup/write-backup.ts';
import { eventIdsOf } from '../src/core/event-ids.ts';
import { openEventStore } from '../src/events/client.ts';
import { migrateEvents } from '../src/events/migrate.ts';
import type { Actor } from '../src/model/scope.ts';
import { fillEvents } from './fill-events.ts';

const rows = Number(process.env.ROWS ?? 10_000_000);
const actor: Actor = { type: 'system', id: 'bench', label: 'bench', from: 'local', via: 'bench' };
const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'));
const [data, backup, copy, restored] = ['data', 'backup', 'copy', 'restored'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
  string,
];
const progress = () => undefined;

try {
  await mkdir(data);
  const written = await fillAndBackUp();
  const verified = await timed(() => verifyBackup(backup));
  await mkdir(restored);
  const target = {
    control: { path: join(restored, 'control.db') },
    events: { path: join(restored, 'events') },
    places: filePlaces(restored, true),
  };
  const read = await timed(() => restoreBackup(backup, target, { actor, progress }));
  const copied = await timed(() => cp(data, copy, { recursive: true }));
  const [inData, inBackup, inRestored] = await Promise.all([sizeOf(data), sizeOf(backup), sizeOf(restored)]);
  tell('backup', written, copied);
  tell('verify', verified, copied);
  tell('restore', read, copied);
  tell('copy of the files', copied, copied);
  console.log(
    `data directory ${mb(inData)}, backup ${mb(inBackup)} (${(inBackup / inData).toFixed(2)}), restored ${mb(inRestored)}`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function fillAndBackUp(): Promise<number> {
  const control = await openControl({ path: join(data, 'control.db') });
  const events = await openEventStore({ path: join(data, 'events'), queryTimeoutSeconds: 3600 });
  try {
    await migrateEvents(events);
    const { id } = await createOrganization(control.db, { slug: 'bench', name: 'Bench', actor });
    await fillEvents(events, {
      organizationId: id,
      events: rows,
      startMs: Date.parse('2026-01-01T00:00:00Z'),
      days: 30,
    });
    // The numbers of its batches count rows.
    await control.db.updateTable('counters').set({ value: rows }).where('name', '=', 'batch').execute();
    const context = { events, control, eventIds: await eventIdsOf(control), retentionDays: 0, now: Date.now };
    const order = { folder: backup, places: filePlaces(data, true), tokenKey: randomBytes(32), progress };
    return await timed(() => writeBackup(context, order));
  } finally {
    await events.close();
    await control.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

function tell(what: string, seconds: number, copySeconds: number): void {
  const rate = Math.round(rows / seconds).toLocaleString('en');
  console.log(`${what}: ${seconds.toFixed(1)} s, ${rate} rows/s, ${(seconds / copySeconds).toFixed(1)} times the copy`);
}

async function sizeOf(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
