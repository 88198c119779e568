import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import type { Config } from '../config/index.ts';
import { listBatches } from '../control/ledger.ts';
import { requeueRunning } from '../control/repos/jobs.ts';
import { type Context, sharedContext } from '../core/context.ts';
import { eventIdsOf } from '../core/event-ids.ts';
import { countRequests } from '../core/limits/index.ts';
import { joinInstallation, type Self } from '../core/processes/index.ts';
import type { DialectDeps } from '../dialects/dialect.ts';
import { DIALECTS, OWN_DIALECT } from '../dialects/registry.ts';
import type { EventStore } from '../events/client.ts';
import { dropOtherLandings, type Landing, prepareLanding } from '../events/landing.ts';
import { migrateEvents } from '../events/migrate.ts';
import { FORMATS } from '../formats/registry.ts';
import { buildApp } from '../http/app.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { generationsOf } from '../ingest/loaded-with.ts';
import { landingMappings } from '../ingest/mappings.ts';
import { recoverBatches } from '../ingest/recover.ts';
import { openSpool } from '../ingest/spool.ts';
import { startPresence } from '../jobs/presence.ts';
import { DAY_MS, HOUR_MS } from '../kit/durations.ts';
import { ApiConnection } from './api-connection.ts';
import { startBackgroundWork } from './background-work.ts';
import { takeDataDirectory } from './data-directory.ts';
import { listen } from './listen.ts';
import { type Closers, eventsPlace, isServed, oneAtATime, openControlStore, openEvents } from './open-stores.ts';
import { readinessOf } from './readiness.ts';
import { removeServerFile, writeServerFile } from './server-file.ts';
import { loadStarterRules } from './starter-rules.ts';
import { readTls } from './tls.ts';
import { readTokenKey } from './token-key.ts';

export interface StartOptions {
  /** Override the configuration's: a command line that serves itself takes a loopback port of its own. */
  readonly host?: string;
  readonly port?: number;
  readonly logger?: Logger;
  /** Tells other processes, through the data directory, how to reach this one. */
  readonly announce?: boolean;
}

export interface Belfry {
  /** `http://127.0.0.1:8787`. */
  readonly address: string;
  /** Opens `/belfry/v1` for whoever may read the data directory. */
  readonly operatorToken: string;
  readonly context: Context;
  readonly ingest: Ingest;
  /** A connection to its own API, as the operator. */
  connect(): ApiConnection;
  /** Says for a while that it is about to stop, finishes requests and jobs that run, then closes the stores. */
  close(): Promise<void>;
}

/**
 * Opens a data directory and serves it.
 *
 * @throws AppError `conflict` while another process holds the directory, works with other stores or another key, or where it
 *   cannot listen; `unavailable` where a store cannot be opened
 */
export async function startBelfry(config: Config, options: StartOptions = {}): Promise<Belfry> {
  const lock = await takeDataDirectory(config.dataDirectory, isServed(config) ? 'shared' : 'exclusive');
  const closers: Closers = [() => lock.release()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await open(config, options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(config: Config, options: StartOptions, closers: Closers): Promise<Omit<Belfry, 'close'>> {
  const logger = options.logger ?? pino({ level: 'silent' });
  const processId = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
  const control = await openControlStore(config, logger, closers);
  const { events, landing } = await oneAtATime(control, processId, () => prepareEvents(config, logger, closers));
  const { retentionDays } = config;
  const context: Context = { events, control, eventIds: await eventIdsOf(control), retentionDays, now: Date.now };
  const tokenKey = await readTokenKey(config);
  const self: Self = { id: processId, roles: config.roles, events: eventsPlace(config), landing: landing.generation, tokenKey };
  const ingest: Ingest = {
    events,
    control,
    landing,
    formats: FORMATS,
    spool: await openSpool(join(config.dataDirectory, 'spool')),
    owner: processId,
    log: logger,
  };
  const presence = await takePlace({ context, ingest, self, logger }, closers);
  await oneAtATime(control, processId, () => loadStarterRules(context, logger));
  const stage = { isStopping: false };
  const operatorToken = randomBytes(32).toString('hex');
  const tls = await readTls(config);
  const deps = await dialectDeps(config, { context, ingest, operatorToken, tokenKey });
  const app = await buildApp({
    config,
    dialects: config.roles.has('api') ? DIALECTS : [OWN_DIALECT],
    deps,
    readiness: readinessOf(context, {
      dataDirectory: config.dataDirectory,
      fault: () => (stage.isStopping ? 'stopping' : presence.fault()),
    }),
    isStopping: () => stage.isStopping,
    logger: options.logger ?? false,
    ...(tls && { tls }),
  });
  closers.push(() => app.close());
  const work = await startBackgroundWork({ config, context, ingest, deps, presence, owner: processId, logger });
  closers.push(() => work.stop());
  const listening = await listen(app, { host: options.host ?? config.host, port: options.port ?? config.port });
  const address = config.publicUrl !== null && options.port === undefined ? config.publicUrl : listening;
  closers.push(async () => {
    stage.isStopping = true;
    if (options.announce) await sleep(config.drainSeconds * 1000);
  });
  if (options.announce) {
    await writeServerFile(config.dataDirectory, { address: listening, token: operatorToken });
    closers.push(() => removeServerFile(config.dataDirectory));
  }
  const connect = () => new ApiConnection({ address: listening, token: operatorToken, certificate: tls?.cert });
  return { address, operatorToken, context, ingest, connect };
}

async function prepareEvents(
  config: Config,
  logger: Logger,
  closers: Closers,
): Promise<{ events: EventStore; landing: Landing }> {
  const events = await openEvents(config, logger, closers);
  await migrateEvents(events);
  const landing = await prepareLanding(events, landingMappings(FORMATS));
  return { events, landing };
}

interface Place {
  readonly context: Context;
  readonly ingest: Ingest;
  readonly self: Self;
  readonly logger: Logger;
}

/** Takes a place among the processes of the installation, and over what those that are gone left undone. */
async function takePlace({ context, ingest, self, logger }: Place, closers: Closers) {
  const { alone, landings } = await joinInstallation(context, self);
  const presence = startPresence(context, self, logger);
  closers.push(() => presence.stop());
  const recovered = await recoverBatches(ingest, { alone });
  if (recovered > 0) logger.info({ batches: recovered }, 'finished batches that processes before left open');
  if (alone) await requeueRunning(context.control.db);
  const open = await listBatches(context.control.db, { state: 'open' });
  await dropOtherLandings(context.events, new Set([self.landing, ...landings, ...generationsOf(open)]));
  return presence;
}

type Own = Pick<DialectDeps, 'ingest' | 'operatorToken' | 'tokenKey'> & { readonly context: Context };

async function dialectDeps(config: Config, { context, ...own }: Own): Promise<DialectDeps> {
  const shelf = (name: string, lifetimeMs: number) => ({ folder: join(config.dataDirectory, name), lifetimeMs });
  return {
    ...own,
    context: sharedContext(context),
    takesLogs: config.roles.has('ingest'),
    reportShelf: shelf('reports', config.reportLifetimeHours * HOUR_MS),
    complianceShelf: shelf('compliance', COMPLIANCE_LIFETIME_MS),
    countRequest: await countRequests(context.control),
    tokenLifetimeSeconds: config.tokenLifetimeSeconds,
    publicUrl: config.publicUrl,
    limits: {
      requestsPerSecond: config.umbrellaRatePerSecond,
      tokensPerMinute: config.tokenRatePerMinute,
      getsPerSecond: config.usmGetsPerSecond,
      writesPerSecond: config.usmWritesPerSecond,
      clumioRequestsPerSecond: config.clumioRatePerSecond,
    },
    usmDomain: config.usmDomain,
    offsetCeiling: config.offsetCeiling,
    noisyDomains: config.noisyDomains,
  };
}

/** 30 days after completion: clumio.md, section 5.2. */
const COMPLIANCE_LIFETIME_MS = 30 * DAY_MS;
