import { pino } from 'pino';
import type { Config } from '../config/index.ts';
import { listOrganizations } from '../control/repos/organizations.ts';
import { getSetting } from '../control/repos/settings.ts';
import { DEMO_SETTING, loadDemo } from './load-demo.ts';
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
  const demo =
    config.demo && (await wantsDemo(belfry))
      ? await loadDemo(belfry, { events: 200_000, days: 30, seed: 1 })
      : undefined;
  process.stdout.write(await welcome(belfry, demo));
  await stopped;
}

/** An empty data directory, or one whose demo set was not finished. */
async function wantsDemo({ context }: Belfry): Promise<boolean> {
  const begun = await getSetting(context.control.db, DEMO_SETTING);
  if (begun !== undefined) return (begun as { finished: boolean }).finished === false;
  return (await listOrganizations(context.control.db)).length === 0;
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
