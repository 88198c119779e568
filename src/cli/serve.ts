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
  const stopped = untilToldToStop(belfry, logger);
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

/** A second signal of the same kind within a second is the same stop told twice, by the terminal and by npm. */
function untilToldToStop(belfry: Belfry, logger: pino.Logger): Promise<void> {
  return new Promise((resolve, reject) => {
    let toldAt = 0;
    const stop = (signal: NodeJS.Signals) => {
      if (toldAt > 0) {
        if (Date.now() - toldAt > 1_000) process.exit(130);
        return;
      }
      toldAt = Date.now();
      logger.info({ signal }, 'stopping: finishing what was acknowledged');
      belfry.close().then(resolve, reject);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
