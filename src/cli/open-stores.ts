import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import { type Control, openControl } from '../control/database.ts';
import { endLease, takeLease } from '../control/repos/leases.ts';
import { type EventStore, openEventStore } from '../events/client.ts';
import { driftFault } from '../jobs/presence.ts';
import { AppError, mayPass } from '../model/errors.ts';
import { controlPlace, eventsPlace } from './store-places.ts';

/** What must be closed in the end, in the reverse of its order. */
export type Closers = (() => Promise<void> | void)[];

/** Whether both stores are on servers, so that the data directory holds nothing that is one process's alone. */
export function isServed({ eventsUrl, controlUrl }: Pick<Config, 'eventsUrl' | 'controlUrl'>): boolean {
  return eventsUrl !== null && controlUrl !== null;
}

/** Opens the control database, and waits for it for as long as the configuration says. */
export async function openControlStore(config: Config, logger: Logger, closers: Closers): Promise<Control> {
  const options = { ...controlPlace(config), connections: config.controlConnections };
  const control = await whenThere(() => openControl(options), config, logger);
  closers.push(() => control.close());
  const fault = driftFault(await control.clockDriftMs());
  if (fault !== undefined) throw new AppError('conflict', { public: fault });
  return control;
}

/** Opens the event store, and waits for it for as long as the configuration says. */
export async function openEvents(config: Config, logger: Logger, closers: Closers): Promise<EventStore> {
  const open = () =>
    openEventStore({
      ...eventsPlace(config),
      sessions: config.engineSessions,
      queryTimeoutSeconds: config.queryTimeoutSeconds,
      queryMemoryBytes: config.queryMemoryMb * 2 ** 20,
    });
  const events = await whenThere(open, config, logger);
  closers.push(() => events.close());
  return events;
}

/** Where the events are, as one process tells another: without user and password. */
export function eventsAddress(config: Config): string {
  const place = eventsPlace(config);
  if ('path' in place) return `embedded in ${place.path} of ${hostname()}`;
  const { eventsCluster } = config;
  const { host, pathname } = new URL(place.url);
  return `${host}${pathname.replace(/\/+$/, '') || '/default'}${eventsCluster === null ? '' : ` (${eventsCluster})`}`;
}

const RETRY_MS = 1_000;

/** What `open` answers once it succeeds; its error where that may not pass by itself, or has not passed in time. */
async function whenThere<Store>(
  open: () => Promise<Store>,
  { storeWaitSeconds }: Pick<Config, 'storeWaitSeconds'>,
  logger: Logger,
): Promise<Store> {
  const giveUpAt = Date.now() + storeWaitSeconds * 1000;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open();
    } catch (error) {
      if (!mayPass(error) || Date.now() + RETRY_MS > giveUpAt) throw error;
      if (attempt % 5 === 1) logger.warn({ reason: error.public }, 'waiting for a store');
      await sleep(RETRY_MS);
    }
  }
}

const PREPARING = 'prepare';
const PREPARING_MS = 60_000;

/** Runs what only one of the processes that start at the same time may do: the others wait for it. */
export async function oneAtATime<Result>(
  control: Control,
  owner: string,
  logger: Logger,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; !(await takePreparing(control, owner)); attempt += 1) {
    if (attempt % 50 === 25) logger.warn('waiting for another process that is preparing the stores');
    await sleep(200);
  }
  return whilePreparing(control, owner, work);
}

/** As `oneAtATime`, for who does not wait: false where another process is at it. */
export async function unlessOthersPrepare(
  control: Control,
  owner: string,
  work: () => Promise<unknown>,
): Promise<boolean> {
  if (!(await takePreparing(control, owner))) return false;
  await whilePreparing(control, owner, work);
  return true;
}

function takePreparing({ db }: Control, owner: string): Promise<boolean> {
  return takeLease(db, { name: PREPARING, owner, now: new Date(), leaseMs: PREPARING_MS });
}

async function whilePreparing<Result>(control: Control, owner: string, work: () => Promise<Result>): Promise<Result> {
  const renewal = setInterval(() => void takePreparing(control, owner).catch(() => undefined), PREPARING_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    // It runs out by itself; and where the work failed, that is what there is to say.
    await endLease(control.db, { name: PREPARING, owner }).catch(() => undefined);
  }
}
