import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import type { Config } from '../config/index.ts';
import { type Context, sharedContext } from '../core/context.ts';
import { FailedSecretLog, FailureLimiter, showRefusals } from '../core/limits/index.ts';
import { PasswordSignIn } from '../core/users/authenticate-user.ts';
import type { DialectDeps } from '../dialects/dialect.ts';
import { DIALECTS, OWN_DIALECT } from '../dialects/registry.ts';
import { buildApp } from '../http/app.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { DAY_MS, HOUR_MS } from '../kit/durations.ts';
import { ApiConnection } from './api-connection.ts';
import { startBackgroundWork } from './background-work.ts';
import { takeDataDirectory } from './data-directory.ts';
import { listen } from './listen.ts';
import { type Installation, openInstallation } from './open-installation.ts';
import { type Closers, isServed } from './open-stores.ts';
import { readinessOf } from './readiness.ts';
import { removeServerFile, writeServerFile } from './server-file.ts';
import { readTls } from './tls.ts';

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
  /** Why a store cannot be worked with at this moment; undefined while both can. */
  lacksStore(): Promise<string | undefined>;
  /** Ends all connections, whatever is under way on them. */
  endConnections(): void;
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
  const close = () => closeAll(closers);
  try {
    return { ...(await open(config, options, closers)), close };
  } catch (error) {
    // That it could not be closed either is no news.
    await close().catch(() => undefined);
    throw error;
  }
}

/** Closes everything, whatever of it cannot be closed; then tells why not. */
async function closeAll(closers: Closers): Promise<void> {
  const faults: unknown[] = [];
  for (const closer of closers.splice(0).reverse()) {
    try {
      await closer();
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
}

async function open(config: Config, options: StartOptions, closers: Closers): Promise<Omit<Belfry, 'close'>> {
  const logger = options.logger ?? pino({ level: 'silent' });
  const installation = await openInstallation(config, logger, closers);
  const { context, ingest, presence } = installation;
  const stage = { isStopping: false };
  const fault = () => (stage.isStopping ? 'stopping' : presence.fault());
  const operatorToken = randomBytes(32).toString('hex');
  const tls = await readTls(config);
  const wrongSecrets = new FailedSecretLog(context);
  const limits = { perAccount: config.failuresPerAccount, perAddress: config.failuresPerAddress };
  const failureLimiter = new FailureLimiter(installation.countRequest, limits, { wrongSecrets });
  const passwordSignIn = new PasswordSignIn(context, failureLimiter);
  for (const { name } of DIALECTS) showRefusals(name);
  closers.push(
    () => passwordSignIn.flush(),
    () => wrongSecrets.flush(),
  );
  const deps = { ...dialectDeps(config, operatorToken, installation), failureLimiter, passwordSignIn };
  const readiness = readinessOf(context, { dataDirectory: config.dataDirectory, fault });
  const app = await buildApp({
    config,
    dialects: config.roles.has('api') ? DIALECTS : [OWN_DIALECT],
    deps,
    readiness,
    isStopping: () => stage.isStopping,
    logger: options.logger ?? false,
    ...(tls && { tls }),
    transport: {
      headerTimeoutMs: config.requestTimeoutSeconds * 1000,
      bodyTimeoutMs: config.requestTimeoutSeconds * 1000,
      uploadBytesPerSecond: config.uploadBytesPerSecond,
    },
  });
  let closed: PromiseLike<void> | undefined;
  const closeApp = async () => {
    closed ??= app.close();
    await closed;
  };
  closers.push(closeApp);
  const work = await startBackgroundWork({
    config,
    context,
    ingest,
    deps,
    fault,
    owner: installation.processId,
    logger,
  });
  closers.push(() => work.stop());
  const listening = await listen(app, { host: options.host ?? config.host, port: options.port ?? config.port });
  const address = config.publicUrl !== null && options.port === undefined ? config.publicUrl : listening;
  closers.push(async () => {
    stage.isStopping = true;
    if (options.announce) await sleep(config.drainSeconds * 1000);
    // Nothing new is taken while jobs end; whether requests end well is known when they have.
    closeApp().catch(() => undefined);
  });
  if (options.announce) {
    await writeServerFile(config.dataDirectory, { address: listening, token: operatorToken });
    closers.push(() => removeServerFile(config.dataDirectory));
  }
  const connect = () => new ApiConnection({ address: listening, token: operatorToken, certificate: tls?.cert });
  const lacksStore = async () => {
    const { events, control } = await readiness.check();
    return events ?? control;
  };
  const endConnections = () => app.connections.endAll();
  return { address, operatorToken, context, ingest, lacksStore, endConnections, connect };
}

function dialectDeps(
  config: Config,
  operatorToken: string,
  installation: Installation,
): Omit<DialectDeps, 'failureLimiter' | 'passwordSignIn'> {
  const { context, ingest, tokenKey, countRequest } = installation;
  const shelf = (name: string, lifetimeMs: number) => ({ folder: join(config.dataDirectory, name), lifetimeMs });
  return {
    context: sharedContext(context),
    ingest,
    operatorToken,
    tokenKey,
    countRequest,
    takesLogs: config.roles.has('ingest'),
    reportShelf: shelf('reports', config.reportLifetimeHours * HOUR_MS),
    complianceShelf: shelf('compliance', COMPLIANCE_LIFETIME_MS),
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
