import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { Config } from '../config/index.ts';
import { loadFirstDemo } from './first-demo.ts';
import { type Belfry, startBelfry } from './start-belfry.ts';
import { welcome } from './welcome.ts';

/** Serves the configured data directory until the process is told to stop. */
export async function runServe(config: Config): Promise<void> {
  const logger = pino(
    { level: config.logLevel, redact: ['req.headers.authorization', '*.secret', '*.password'] },
    pino.destination(2),
  );
  const belfry = await startBelfry(config, { logger, announce: true });
  const { drainSeconds, queryTimeoutSeconds } = config;
  const stopped = untilToldToStop(belfry, logger, (drainSeconds + queryTimeoutSeconds + 10) * 1000);
  try {
    const demo =
      config.demo && isEmbedded(config)
        ? await quietly(logger, () => loadFirstDemo(belfry, config.dataDirectory))
        : undefined;
    process.stdout.write(await welcome(belfry, demo));
  } catch (error) {
    // Nobody must take what failed to start for a running server.
    await belfry.close();
    throw error;
  }
  await stopped;
}

/** Stores on servers are not a newcomer's: nothing is put there that nobody asked for. */
function isEmbedded({ eventsUrl, controlUrl }: Config): boolean {
  return eventsUrl === null && controlUrl === null;
}

/** The first start's own requests are no news to whoever watches the terminal. */
async function quietly<Result>(logger: pino.Logger, work: () => Promise<Result>): Promise<Result> {
  const { level } = logger;
  if (logger.isLevelEnabled('info')) logger.level = 'warn';
  try {
    return await work();
  } finally {
    logger.level = level;
  }
}

/**
 * Does not wait for ever: neither for clients, nor for a store that does not answer.
 *
 * @param patienceMs time from the signal to the end, at most
 */
function untilToldToStop(belfry: Belfry, logger: pino.Logger, patienceMs: number): Promise<void> {
  return untilSignalled(logger, () => {
    setTimeout(() => belfry.endConnections(), patienceMs - CLOSING_MS).unref();
    setTimeout(() => void endByForce(belfry, logger), patienceMs).unref();
    return belfry.close();
  });
}

/**
 * What was acknowledged is on disk; what was under way there is done at the next start, or by another process. The exit code says that
 * the stores were not closed.
 */
async function endByForce(belfry: Belfry, logger: pino.Logger): Promise<never> {
  const fault = await Promise.race([belfry.lacksStore().catch(String), sleep(STORE_LOOK_MS, undefined)]);
  if (fault === undefined) logger.error('ending by force: not everything under way came to its end in time');
  else logger.error({ fault }, 'ending without what a store has not answered');
  process.exit(1);
}

/** Time that is left for closing the stores when all connections have been ended. */
const CLOSING_MS = 5_000;
const STORE_LOOK_MS = 2_000;

/** A second signal of the same kind within a second is the same stop told twice, by the terminal and by npm. */
function untilSignalled(logger: pino.Logger, close: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let toldAt = 0;
    const stop = (signal: NodeJS.Signals) => {
      if (toldAt > 0) {
        if (Date.now() - toldAt > 1_000) process.exit(130);
        return;
      }
      toldAt = Date.now();
      logger.info({ signal }, 'stopping: finishing what was acknowledged');
      close().then(resolve, reject);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
