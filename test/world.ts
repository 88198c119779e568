import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { pino } from 'pino';
import { type ApiClientWithSecret, createApiClient, type NewApiClient } from '../src/control/repos/api-clients.ts';
import { startImport } from '../src/control/repos/imports.ts';
import { createOrganization } from '../src/control/repos/organizations.ts';
import { type Context, sharedContext } from '../src/core/context.ts';
import { eventIdsOf } from '../src/core/event-ids.ts';
import { countRequests, FailureLimiter, type FailureLimits } from '../src/core/limits/index.ts';
import { PasswordSignIn } from '../src/core/users/authenticate-user.ts';
import type { DialectDeps } from '../src/dialects/dialect.ts';
import { DIALECTS } from '../src/dialects/registry.ts';
import { prepareLanding } from '../src/events/landing.ts';
import { migrateEvents } from '../src/events/migrate.ts';
import { buildApp } from '../src/http/app.ts';
import type { Ingest } from '../src/ingest/ingest.ts';
import { landingMappings } from '../src/ingest/mappings.ts';
import { importInput } from '../src/ingest/pipeline.ts';
import { openSpool } from '../src/ingest/spool.ts';
import type { Organization } from '../src/model/organization.ts';
import type { Actor } from '../src/model/scope.ts';
import { recordLines, recordsFormat, type TestRecord } from './records-format.ts';
import { openTestControl } from './test-control.ts';
import { openTestEvents } from './test-events.ts';

export const TEST_ACTOR: Actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' };

/** A whole server over stores of its own in a temporary directory, reached by `app.inject`. */
export interface World {
  readonly app: FastifyInstance;
  readonly context: Context;
  readonly deps: DialectDeps;
  /** Every route of the server. */
  readonly routes: readonly RouteOptions[];
  readonly organizations: WorldOrganizations;
  /** What the server takes for now, in milliseconds; settable. */
  nowMs: number;
  createClient(organization: Organization, options?: Partial<NewApiClient>): Promise<ApiClientWithSecret>;
  /** Stores events through the pipeline. Every call is a batch. */
  load(organization: Organization, records: readonly TestRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** A provider with a branch that has an office, another branch, and somebody who has nothing to do with them. */
export interface WorldOrganizations {
  readonly provider: Organization;
  readonly branch: Organization;
  readonly office: Organization;
  readonly sibling: Organization;
  readonly stranger: Organization;
}

type WorldSettings = Partial<Omit<DialectDeps, 'limits'>> & {
  readonly limits?: Partial<DialectDeps['limits']>;
  readonly failureLimits?: FailureLimits;
  readonly retentionDays?: number;
};

/** @param settings what differs from a server without limits */
export async function openWorld({
  limits,
  failureLimits = { perAccount: 0, perAddress: 0 },
  retentionDays = 0,
  ...settings
}: WorldSettings = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-world-'));
  const control = await openTestControl(join(folder, 'control.db'));
  const events = await openTestEvents(join(folder, 'events'));
  await migrateEvents(events);
  const landing = await prepareLanding(events, landingMappings([recordsFormat]));
  const clock = { nowMs: Date.parse('2026-01-15T12:00:00Z') };
  const now = () => clock.nowMs;
  const context: Context = { events, control, eventIds: await eventIdsOf(control), retentionDays, now };
  const ingest: Ingest = {
    events,
    control,
    landing,
    formats: [recordsFormat],
    spool: await openSpool(join(folder, 'spool')),
    owner: 'test',
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  const guards = await guardsOf(context, failureLimits);
  const deps: DialectDeps = {
    context: sharedContext(context),
    ingest,
    operatorToken: randomBytes(32).toString('hex'),
    tokenKey: randomBytes(32),
    complianceShelf: { folder: join(folder, 'compliance'), lifetimeMs: 30 * 24 * 3_600_000 },
    reportShelf: { folder: join(folder, 'reports'), lifetimeMs: 48 * 3_600_000 },
    takesLogs: true,
    ...guards,
    tokenLifetimeSeconds: 3600,
    publicUrl: null,
    limits: {
      requestsPerSecond: 0,
      tokensPerMinute: 0,
      getsPerSecond: 0,
      writesPerSecond: 0,
      clumioRequestsPerSecond: 0,
      ...limits,
    },
    usmDomain: 'usm.example',
    offsetCeiling: 0,
    noisyDomains: [],
    ...settings,
  };
  const { app, routes } = await buildWorldApp(deps);
  return {
    app,
    context,
    deps,
    routes,
    organizations: await plantTree(context),
    get nowMs() {
      return clock.nowMs;
    },
    set nowMs(nowMs) {
      clock.nowMs = nowMs;
    },
    createClient: (organization, options = {}) =>
      createApiClient(control.db, { name: 'test', organizationId: organization.id, actor: TEST_ACTOR, ...options }),
    load: (organization, records) => load(ingest, organization, records),
    async close() {
      await app.close();
      await guards.passwordSignIn.flush();
      await events.close();
      await control.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function guardsOf(context: Context, failureLimits: FailureLimits) {
  const countRequest = await countRequests(context.control);
  const failureLimiter = new FailureLimiter(countRequest, failureLimits);
  return { countRequest, failureLimiter, passwordSignIn: new PasswordSignIn(context, failureLimiter) };
}

async function buildWorldApp(deps: DialectDeps): Promise<Pick<World, 'app' | 'routes'>> {
  const routes: RouteOptions[] = [];
  const app = await buildApp({
    config: { trustedProxies: [] },
    dialects: DIALECTS,
    deps,
    readiness: { check: async () => ({}), warnings: async () => ({}), figures: async () => [] },
    // What a test does not expect is worth reading.
    logger: pino({ level: 'error' }),
    onRoute: (route) => routes.push(route),
  });
  return { app, routes };
}

async function plantTree(context: Context): Promise<WorldOrganizations> {
  const plant = (slug: string, parent?: Organization) =>
    createOrganization(context.control.db, { slug, name: slug, parentId: parent?.id ?? null, actor: TEST_ACTOR });
  const provider = await plant('provider');
  const branch = await plant('branch', provider);
  return {
    provider,
    branch,
    office: await plant('office', branch),
    sibling: await plant('sibling', provider),
    stranger: await plant('stranger'),
  };
}

async function load(ingest: Ingest, { id }: Organization, records: readonly TestRecord[]): Promise<void> {
  const started = await startImport(ingest.control.db, { organizationId: id, path: 'test.json', actor: TEST_ACTOR });
  const { receipt } = await importInput(ingest, {
    organizationId: id,
    importId: started.id,
    path: 'test.json',
    source: (async function* () {
      yield Buffer.from(recordLines(records));
    })(),
    timezone: 'UTC',
  });
  if (receipt.stored !== records.length) throw new Error(`stored ${receipt.stored} of ${records.length} records`);
}
