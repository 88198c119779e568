import { join } from 'node:path';
import { pino } from 'pino';
import { type Config, loadConfig } from '../config/index.ts';
import { type Moved, moveStores, type Progress, requireIdle } from '../core/backup/index.ts';
import { migrateEvents } from '../events/migrate.ts';
import { AppError } from '../model/errors.ts';
import { takeDataDirectory } from './data-directory.ts';
import { type Closers, openControlStore, openEvents } from './open-stores.ts';
import { OPERATOR } from './operator.ts';
import { storePlaces } from './store-places.ts';

/** Where to; what is not named stays, or goes into `toData`. */
export interface MoveOptions {
  readonly toEvents?: string;
  readonly toCluster?: string;
  readonly toControl?: string;
  readonly toData?: string;
}

export interface MovedTo {
  readonly moved: Moved;
  /** Variables to be set from now on, without passwords; null for those that are not to be set. */
  readonly settings: Readonly<Record<string, string | null>>;
}

/**
 * Copies what the configured stores hold to others.
 *
 * @throws AppError `bad_request` where it cannot be done in this way, `conflict` while somebody uses the stores
 */
export async function moveTo(
  environment: NodeJS.ProcessEnv,
  options: MoveOptions,
  progress: (progress: Progress) => void,
): Promise<MovedTo> {
  const config = loadConfig(environment);
  const wanted = targetOf(environment, options);
  const to = loadConfig(wanted);
  const moves = whatMoves(config, to);
  const closers: Closers = [];
  try {
    await lock(config.dataDirectory, closers);
    if (moves.files) await lock(to.dataDirectory, closers);
    const logger = pino({ level: 'silent' });
    const control = await openControlStore(config, logger, closers);
    await requireIdle(control);
    const events = await openEvents(config, logger, closers);
    await migrateEvents(events);
    const { control: toControl, events: toEvents, places } = storePlaces(to);
    const moved = await moveStores(
      { control, events, now: Date.now },
      { control: moves.control ? toControl : null, events: moves.events ? toEvents : null, places },
      {
        folder: join(config.dataDirectory, 'migrate-store'),
        from: moves.files ? storePlaces(config).places : null,
        actor: OPERATOR,
        progress,
      },
    );
    return { moved, settings: settingsOf(to) };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** The environment in which the target is what is configured. */
function targetOf(environment: NodeJS.ProcessEnv, options: MoveOptions): NodeJS.ProcessEnv {
  const { toEvents, toCluster, toControl, toData } = options;
  const { BELFRY_EVENTS_URL, BELFRY_EVENTS_CLUSTER, BELFRY_CONTROL_URL, ...others } = environment;
  // What goes to no server stays where it is, or goes into the directory that was named.
  const stays = toData === undefined ? { BELFRY_EVENTS_URL, BELFRY_EVENTS_CLUSTER, BELFRY_CONTROL_URL } : {};
  return present({
    ...others,
    ...stays,
    ...(toEvents !== undefined && { BELFRY_EVENTS_URL: toEvents, BELFRY_EVENTS_CLUSTER: toCluster }),
    ...(toControl !== undefined && { BELFRY_CONTROL_URL: toControl }),
    ...(toData !== undefined && { BELFRY_DATA: toData }),
  });
}

function present(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}

function whatMoves(from: Config, to: Config): { control: boolean; events: boolean; files: boolean } {
  const differs = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);
  const [source, target] = [storePlaces(from), storePlaces(to)];
  const moves = {
    control: differs(source.control, target.control),
    events: differs(source.events, target.events),
    files: from.dataDirectory !== to.dataDirectory,
  };
  if (!moves.control && !moves.events) throw refused('everything is there already');
  if (moves.events && 'path' in source.events && 'path' in target.events) {
    throw refused('this process opens one directory of events at a time; use backup and restore between two of them');
  }
  if (moves.files && !(moves.control && (moves.events || !('path' in source.events)))) {
    throw refused('control data and its files go to another data directory together; leave out --to-control');
  }
  return moves;
}

function refused(sentence: string): AppError {
  return new AppError('bad_request', { public: sentence });
}

async function lock(directory: string, closers: Closers): Promise<void> {
  const taken = await takeDataDirectory(directory);
  closers.push(() => taken.release());
}

function settingsOf({ dataDirectory, eventsUrl, eventsCluster, controlUrl }: Config): MovedTo['settings'] {
  return {
    BELFRY_DATA: dataDirectory,
    BELFRY_EVENTS_URL: eventsUrl && withoutPassword(eventsUrl),
    BELFRY_EVENTS_CLUSTER: eventsCluster,
    BELFRY_CONTROL_URL: controlUrl && withoutPassword(controlUrl),
  };
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = '***';
  return url.href;
}
