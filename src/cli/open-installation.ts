import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import { listBatches } from '../control/ledger.ts';
import { installationKey } from '../control/repos/installation-key.ts';
import type { Context } from '../core/context.ts';
import { eventIdsOf } from '../core/event-ids.ts';
import { type CountRequest, countRequests } from '../core/limits/index.ts';
import { joinInstallation, type Self } from '../core/processes/index.ts';
import { claimEvents } from '../events/installation.ts';
import { dropOtherLandings, prepareLanding } from '../events/landing.ts';
import { migrateEvents } from '../events/migrate.ts';
import { FORMATS } from '../formats/registry.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { generationsOf } from '../ingest/loaded-with.ts';
import { landingMappings } from '../ingest/mappings.ts';
import { recoverBatches } from '../ingest/recover.ts';
import { openSpool } from '../ingest/spool.ts';
import { type Presence, startPresence } from '../jobs/presence.ts';
import { deriveKey } from '../kit/sealing.ts';
import {
  type Closers,
  eventsAddress,
  oneAtATime,
  openControlStore,
  openEvents,
  unlessOthersPrepare,
} from './open-stores.ts';
import { loadStarterRules } from './starter-rules.ts';
import { readTokenKey } from './token-key.ts';

/** The stores, and this process's place among those that work with them. */
export interface Installation {
  readonly context: Context;
  readonly ingest: Ingest;
  readonly tokenKey: Uint8Array;
  readonly presence: Presence;
  readonly countRequest: CountRequest;
  /** Name of this process: work is claimed under it. */
  readonly processId: string;
}

/** Tells installations apart, and nothing else about them. */
function installationId(key: Uint8Array): string {
  return Buffer.from(deriveKey(key, 'belfry installation')).toString('hex').slice(0, 32);
}

/** Opens the stores, brings them up to date, and takes over what processes that are gone left undone. */
export async function openInstallation(config: Config, logger: Logger, closers: Closers): Promise<Installation> {
  const processId = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
  const control = await openControlStore(config, logger, closers);
  const tokenKey = await readTokenKey(config);
  const { countRequest, ...opened } = await oneAtATime(control, processId, logger, async () => {
    const events = await openEvents(config, logger, closers);
    await migrateEvents(events);
    await claimEvents(events, installationId(await installationKey(control.db)));
    const landing = await prepareLanding(events, landingMappings(FORMATS));
    const { retentionDays } = config;
    const context: Context = { events, control, eventIds: await eventIdsOf(control), retentionDays, now: Date.now };
    const self: Self = {
      id: processId,
      roles: config.roles,
      events: eventsAddress(config),
      landing: landing.generation,
      tokenKey,
    };
    const landings = await joinInstallation(context, self);
    const open = await listBatches(control.db, { state: 'open' });
    const used = new Set([landing.generation, ...landings, ...generationsOf(open)]);
    // On a cluster this waits for all nodes. What is left does no harm, and the next start tries again.
    await dropOtherLandings(events, used).catch((error: unknown) =>
      logger.warn({ err: error }, 'could not drop the landing tables of other releases'),
    );
    await loadStarterRules(context, logger);
    return { context, self, landing, countRequest: await countRequests(control) };
  });
  const { context, landing, self } = opened;
  const { events } = context;
  // A newer release that started meanwhile has dropped what nobody seemed to use.
  const comeBack = () =>
    unlessOthersPrepare(control, processId, () => prepareLanding(events, landingMappings(FORMATS), landing.generation));
  const presence = startPresence(context, { self, log: logger, comeBack });
  closers.push(() => presence.stop());
  const spool = await openSpool(join(config.dataDirectory, 'spool'));
  const ingest: Ingest = { events, control, landing, spool, formats: FORMATS, owner: processId, log: logger };
  const recovered = await recoverBatches(ingest);
  if (recovered > 0) logger.info({ batches: recovered }, 'finished batches that processes before left open');
  return { context, ingest, tokenKey, presence, countRequest, processId };
}
