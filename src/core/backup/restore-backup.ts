import { join } from 'node:path';
import { type ControlOptions, openControl } from '../../control/database.ts';
import { knownControlMigrations } from '../../control/unfinished-restore.ts';
import { type EventStore, type EventStoreOptions, openEventStore } from '../../events/client.ts';
import { disownEvents } from '../../events/installation.ts';
import { migrateEvents } from '../../events/migrate.ts';
import { clearEventMark, knownEventMigrations } from '../../events/unfinished-restore.ts';
import type { Actor } from '../../model/scope.ts';
import { requireFolderName } from './backup-folder.ts';
import { type FilePlaces, placeFiles } from './copy-files.ts';
import type { Manifest } from './manifest.ts';
import type { OnProgress } from './progress.ts';
import { requireKnownMigrations } from './require-known-migrations.ts';
import { openForRestore, restoreControl, stateOfControl } from './restore-control.ts';
import { type ChunkSource, restoreEvents, stateOfEvents } from './restore-events.ts';
import { requireSound } from './verify-backup.ts';

/** Stores to be filled. A plane that is null stays as it is. */
export interface RestoreTarget {
  readonly control: ControlOptions | null;
  readonly events: EventStoreOptions | null;
  readonly places: FilePlaces;
}

export interface RestoreOptions {
  readonly actor: Actor;
  readonly progress: OnProgress;
}

/**
 * Fills an installation that holds nothing with a backup, whatever its engines are. Killed at any moment, it can be run again and
 * goes on; until it has ended, nobody else opens the stores.
 *
 * @throws AppError `precondition_failed` for a backup that is not whole or of a newer release, and for stores that hold something;
 *   what was there is as it was
 */
export async function restoreBackup(folder: string, target: RestoreTarget, options: RestoreOptions): Promise<Manifest> {
  requireFolderName(folder);
  const total = 1;
  const manifest = await requireSound(folder, () => options.progress({ step: 'reading the backup', done: 0, total }));
  const source: ChunkSource = { fetch: async (path) => join(folder, path), release: async () => {} };
  await fillTarget(target, { ...options, folder, manifest, source, action: 'installation.restore' });
  return manifest;
}

/** What `fillTarget` needs of a manifest, and where the files that it names are. */
export interface Filling extends RestoreOptions {
  readonly folder: string;
  readonly manifest: Pick<Manifest, 'id' | 'moment' | 'migrations' | 'control' | 'events' | 'files'>;
  readonly source: ChunkSource;
  readonly action: string;
}

/** Events first, then files; the control plane makes it an installation, all at once. */
export async function fillTarget(target: RestoreTarget, filling: Filling): Promise<void> {
  const { manifest } = filling;
  requireKnownMigrations('control data', knownControlMigrations(), manifest.migrations.control);
  requireKnownMigrations('event store', await knownEventMigrations(), manifest.migrations.events);
  const isFilled = target.control !== null && (await stateOfControl(target.control, manifest)) === 'done';
  const rest = isFilled ? { ...target, control: null } : target;
  if (target.events === null) return fillControl(rest, filling);
  const events = await openEventStore(target.events);
  try {
    await fillBoth(events, rest, filling);
  } finally {
    await events.close();
  }
}

async function fillBoth(events: EventStore, target: RestoreTarget, filling: Filling): Promise<void> {
  const { manifest } = filling;
  const state = await stateOfEvents(events, manifest);
  // From here on nobody opens either of them.
  if (target.control !== null) await (await openForRestore(target.control, manifest)).close();
  if (state === 'restore') await restoreEvents(events, manifest, filling);
  await clearEventMark(events);
  await fillControl(target, filling);
  await migrateEvents(events);
  // Whoever opened the empty store once has no claim to these.
  await disownEvents(events);
}

async function fillControl(target: RestoreTarget, filling: Filling): Promise<void> {
  const { manifest, folder, progress } = filling;
  progress({ step: 'files', done: 0, total: 1 });
  await placeFiles(folder, target.places, manifest.files);
  if (target.control === null) return;
  progress({ step: 'control data', done: 0, total: 1 });
  const control = await openForRestore(target.control, manifest);
  try {
    await restoreControl(control, { ...filling, places: target.places });
  } finally {
    await control.close();
  }
  // What releases since then have added.
  await (await openControl(target.control)).close();
}
