import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Config } from '../config/index.ts';
import { type Control, openControl } from '../control/database.ts';
import { requeueRunning } from '../control/repos/jobs.ts';
import { type Context, sharedContext } from '../core/context.ts';
import { eventIdsOf } from '../core/event-ids.ts';
import { DIALECTS } from '../dialects/registry.ts';
import { type EventStore, openEventStore } from '../events/client.ts';
import { prepareLanding } from '../events/landing.ts';
import { migrateEvents } from '../events/migrate.ts';
import { FORMATS } from '../formats/registry.ts';
import { buildApp } from '../http/app.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { landingMappings } from '../ingest/mappings.ts';
import { recoverBatches } from '../ingest/recover.ts';
import { openSpool } from '../ingest/spool.ts';
import { ApiConnection } from './api-connection.ts';
import { startBackgroundWork } from './background-work.ts';
import { takeDataDirectory } from './data-directory.ts';
import { listen } from './listen.ts';
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
  /** Finishes requests and jobs that run, then closes the stores. */
  close(): Promise<void>;
}

/**
 * Opens a data directory and serves it.
 *
 * @throws AppError `conflict` while another process holds the directory, or where it cannot listen; `unavailable` where a
 *   store cannot be opened
 */
export async function startBelfry(config: Config, options: StartOptions = {}): Promise<Belfry> {
  const lock = await takeDataDirectory(config.dataDirectory);
  const closers: (() => Promise<void> | void)[] = [() => lock.release()];
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

async function open(
  config: Config,
  options: StartOptions,
  closers: (() => Promise<void> | void)[],
): Promise<Omit<Belfry, 'close'>> {
  const logger = options.logger ?? pino({ level: 'silent' });
  const { control, events } = await openStores(config, closers);
  const { retentionDays } = config;
  const context: Context = { events, control, eventIds: await eventIdsOf(control), retentionDays, now: Date.now };
  const ingest = await openIngest(config, context, logger);
  const recovered = await recoverBatches(ingest);
  if (recovered > 0) logger.info({ batches: recovered }, 'finished batches that were open when the last process ended');
  // The data directory is this process's alone: whoever ran jobs here before is gone.
  await requeueRunning(control.db);
  await loadStarterRules(context, logger);
  const operatorToken = randomBytes(32).toString('hex');
  const tls = await readTls(config);
  const tokenKey = await readTokenKey(config);
  const reportShelf = {
    folder: join(config.dataDirectory, 'reports'),
    lifetimeMs: config.reportLifetimeHours * 3_600_000,
  };
  const complianceShelf = { folder: join(config.dataDirectory, 'compliance'), lifetimeMs: COMPLIANCE_LIFETIME_MS };
  const app = await buildApp({
    config,
    dialects: DIALECTS,
    deps: {
      context: sharedContext(context),
      ingest,
      operatorToken,
      tokenKey,
      reportShelf,
      complianceShelf,
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
    },
    readiness: readinessOf(context),
    logger: options.logger ?? false,
    ...(tls && { tls }),
  });
  closers.push(() => app.close());
  const work = await startBackgroundWork({ config, context, ingest, reportShelf, complianceShelf, tokenKey, logger });
  closers.push(() => work.stop());
  const listening = await listen(app, { host: options.host ?? config.host, port: options.port ?? config.port });
  const address = config.publicUrl !== null && options.port === undefined ? config.publicUrl : listening;
  if (options.announce) {
    await writeServerFile(config.dataDirectory, { address: listening, token: operatorToken });
    closers.push(() => removeServerFile(config.dataDirectory));
  }
  const connect = () => new ApiConnection({ address: listening, token: operatorToken, certificate: tls?.cert });
  return { address, operatorToken, context, ingest, connect };
}

/** 30 days after completion: clumio.md, section 5.2. */
const COMPLIANCE_LIFETIME_MS = 30 * 24 * 3_600_000;

async function openStores(
  config: Config,
  closers: (() => Promise<void> | void)[],
): Promise<{ control: Control; events: EventStore }> {
  const control = await openControl({ path: join(config.dataDirectory, 'control.db') });
  closers.push(() => control.close());
  const events = await openEventStore({
    path: join(config.dataDirectory, 'events'),
    sessions: config.engineSessions,
    queryTimeoutSeconds: config.queryTimeoutSeconds,
    queryMemoryBytes: config.queryMemoryMb * 2 ** 20,
  });
  closers.push(() => events.close());
  await migrateEvents(events);
  await prepareLanding(events, landingMappings(FORMATS));
  return { control, events };
}

async function openIngest(config: Config, context: Context, logger: Logger): Promise<Ingest> {
  return {
    events: context.events,
    control: context.control,
    formats: FORMATS,
    spool: await openSpool(join(config.dataDirectory, 'spool')),
    owner: `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`,
    log: logger,
  };
}
