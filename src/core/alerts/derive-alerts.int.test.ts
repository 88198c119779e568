import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { backupRecord, toEngine } from '../../../test/backup-records.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { forgetAlerts } from '../../control/repos/alerts.ts';
import { createOrganization } from '../../control/repos/organizations.ts';
import { deleteEventsBefore } from '../../events/retention.ts';
import { DAY_MS } from '../../kit/durations.ts';
import type { Alert } from '../../model/alert.ts';
import type { Organization } from '../../model/organization.ts';
import { PERMISSIONS, type Scope } from '../../model/scope.ts';
import { changeAlarm, recordDetections } from '../alarms/index.ts';
import { changeAlert, changeConsolidatedAlert, deriveAlerts, listAlerts, listConsolidatedAlerts } from './index.ts';

let world: World;
let planted = 0;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world?.close());

async function plant(): Promise<Organization> {
  planted += 1;
  const name = `alerts-${planted}`;
  return createOrganization(world.context.control.db, { slug: name, name, actor: TEST_ACTOR });
}

const scopeOf = (organization: Organization): Scope => ({
  organization,
  actor: TEST_ACTOR,
  permissions: new Set(PERMISSIONS),
});
const everything = { filter: {}, page: { sort: 'raised', order: 'asc', limit: 1000, offset: 0 } } as const;
const alertsOf = async (organization: Organization) =>
  (await listAlerts(world.context, scopeOf(organization), everything)).alerts;
const consolidatedOf = async (organization: Organization) =>
  (await listConsolidatedAlerts(world.context, scopeOf(organization), everything)).alerts;

interface Job {
  readonly job: string;
  /** Minute it ended in. */
  readonly minute: number;
  readonly failed: boolean;
  readonly category: string;
  readonly entity: string;
}

const START = Date.parse('2026-01-15T00:00:00Z');
const instant = (minute: number) => new Date(START + minute * 60_000).toISOString();

const recordOf = ({ job, minute, failed, category, entity }: Job) =>
  backupRecord(instant(minute), {
    job,
    category,
    status: failed ? 'failed' : 'completed',
    ended: toEngine(instant(minute)),
    message: failed ? `failed in minute ${minute}` : '',
    primary_entity: { id: '', type: 'aws_ebs_volume', value: entity },
    parent_entity: { id: '', type: 'aws_environment', value: '1111/eu-west-1' },
  });

interface Expected {
  readonly status: string;
  readonly raisedCount: number;
  readonly raisedAt: string;
  readonly clearedAt: string | null;
}

/** What must be said of each entity and kind of job, by walking through its jobs in order. */
function expected(jobs: readonly Job[], dismissedMinutes: ReadonlyMap<string, number>): Record<string, Expected> {
  const alerts: Record<string, Expected> = {};
  for (const { category, entity, minute, failed } of jobs.toSorted((a, b) => a.minute - b.minute)) {
    const key = `${category}_failed/${entity}`;
    const before = alerts[key];
    if (failed) {
      const goesOn = before?.clearedAt === null;
      alerts[key] = {
        status: (dismissedMinutes.get(key) ?? -1) >= minute ? 'cleared' : 'active',
        raisedCount: (goesOn ? before.raisedCount : 0) + 1,
        raisedAt: goesOn ? before.raisedAt : instant(minute),
        clearedAt: null,
      };
    } else if (before?.clearedAt === null) {
      alerts[key] = { ...before, status: 'cleared', clearedAt: instant(minute) };
    }
  }
  return alerts;
}

const anyJobs = fc.uniqueArray(
  fc.record({
    minute: fc.integer({ min: 0, max: 60 }),
    failed: fc.boolean(),
    category: fc.constantFrom('backup', 'restore'),
    entity: fc.constantFrom('vol-a', 'vol-b'),
  }),
  { selector: ({ minute, category, entity }) => `${minute}/${category}/${entity}`, maxLength: 16 },
);

/** What happened between two successes is told of last. */
const lateNews = [
  { minute: 2, failed: false, category: 'restore', entity: 'vol-a' },
  { minute: 0, failed: true, category: 'restore', entity: 'vol-a' },
  { minute: 1, failed: false, category: 'restore', entity: 'vol-a' },
];

const keyOf = (alert: Alert) => `${alert.cause}/${alert.primaryEntity.value}`;

/** Clears what is active; answers the minute of the last failure of each. */
async function dismissAll(organization: Organization, jobs: readonly Job[]): Promise<Map<string, number>> {
  const last = new Map<string, number>();
  for (const { category, entity, minute, failed } of jobs) {
    const key = `${category}_failed/${entity}`;
    if (failed) last.set(key, Math.max(minute, last.get(key) ?? 0));
  }
  const active = (await alertsOf(organization)).filter(({ status }) => status === 'active');
  for (const { id } of active) await changeAlert(world.context, scopeOf(organization), id, { clear: true });
  return new Map(active.map((alert) => [keyOf(alert), last.get(keyOf(alert)) ?? -1]));
}

/** Each consolidated alert is what its members come to, and every alert is in one. */
async function expectConsolidated(organization: Organization): Promise<void> {
  const alerts = await alertsOf(organization);
  const consolidated = await consolidatedOf(organization);
  expect(new Set(alerts.map(({ consolidatedId }) => consolidatedId))).toEqual(
    new Set(consolidated.map(({ id }) => id)),
  );
  for (const one of consolidated) {
    const members = alerts.filter(({ consolidatedId }) => consolidatedId === one.id);
    const active = members.filter(({ status }) => status === 'active');
    expect(one).toMatchObject({
      status: active.length > 0 ? 'active' : 'cleared',
      activeEntities: active.length,
      clearedEntities: members.length - active.length,
      parentEntity: { id: '', type: 'aws_environment', value: '1111/eu-west-1' },
    });
  }
}

describe('alerts of backups', () => {
  test('are what the jobs say, in whatever order they come, and however often it is derived', {
    timeout: 180_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(anyJobs, fc.integer({ min: 1, max: 6 }), fc.nat(5), async (given, size, dismissAfter) => {
        const organization = await plant();
        const jobs = given.map((job, index) => ({ ...job, job: `job-${index}` }));
        const dismissed = new Map<string, number>();
        for (let at = 0; at < jobs.length; at += size) {
          await world.load(organization, jobs.slice(at, at + size).map(recordOf));
          await deriveAlerts(world.context);
          if (at / size !== dismissAfter) continue;
          for (const [key, minute] of await dismissAll(organization, jobs.slice(0, at + size)))
            dismissed.set(key, minute);
        }
        const found = (await alertsOf(organization)).map((alert) => [keyOf(alert), alert] as const);
        const wanted = expected(jobs, dismissed);
        expect(Object.keys(Object.fromEntries(found)).sort()).toEqual(Object.keys(wanted).sort());
        for (const [key, alert] of found) {
          const { clearedAt, ...rest } = wanted[key] ?? { clearedAt: null };
          expect(alert, key).toMatchObject(rest);
          // One that somebody cleared was cleared then.
          if (!dismissed.has(key)) expect(alert.clearedAt, key).toBe(clearedAt);
        }
        await expectConsolidated(organization);
      }),
      { numRuns: 11, examples: [[lateNews, 1, 0]] },
    );
  });

  test('keep their notes, and the consolidated one its own; to clear that is to clear its members', async () => {
    const organization = await plant();
    const scope = scopeOf(organization);
    const fail = (job: string, minute: number, entity: string) =>
      recordOf({ job, minute, failed: true, category: 'backup', entity });
    await world.load(organization, [fail('a', 1, 'vol-a'), fail('b', 1, 'vol-b')]);
    await deriveAlerts(world.context);
    const [alert] = await alertsOf(organization);
    const [consolidated] = await consolidatedOf(organization);
    await changeAlert(world.context, scope, alert?.id ?? '', { notes: 'mine' });
    await changeConsolidatedAlert(world.context, scope, consolidated?.id ?? '', { notes: 'ours', clear: true });
    expect((await alertsOf(organization)).map(({ status }) => status)).toEqual(['cleared', 'cleared']);
    await world.load(organization, [fail('c', 2, alert?.primaryEntity.value ?? '')]);
    await deriveAlerts(world.context);
    expect((await alertsOf(organization)).find(({ id }) => id === alert?.id)).toMatchObject({
      status: 'active',
      notes: 'mine',
      raisedCount: 2,
    });
    expect(await consolidatedOf(organization)).toMatchObject([
      { status: 'active', notes: 'ours', activeEntities: 1, clearedEntities: 1 },
    ]);
  });

  test('end with the first success that is known, where their failures are forgotten, and are forgotten themselves', async () => {
    const organization = await plant();
    const job = { minute: 1, failed: true, category: 'backup', entity: 'vol-old' };
    await world.load(organization, [recordOf({ ...job, job: 'old' })]);
    await deriveAlerts(world.context);
    const { db } = world.context.control;
    await deleteEventsBefore(world.context.events, START + DAY_MS);
    await world.load(organization, [recordOf({ ...job, job: 'new', minute: 2 * 24 * 60, failed: false })]);
    await deriveAlerts(world.context);
    const [alert] = await alertsOf(organization);
    expect(alert).toMatchObject({ status: 'cleared', raisedCount: 1, clearedAt: instant(2 * 24 * 60) });
    await forgetAlerts(db, { lastEvidenceBeforeUs: (START + DAY_MS) * 1000 });
    expect([await alertsOf(organization), await consolidatedOf(organization)]).toEqual([[], []]);
  });
});

describe('alerts of alarms', () => {
  test('are active until the alarm is closed, and again when it is opened', async () => {
    const organization = await plant();
    const match = testMatch(organization, { rule: { priority: 90 } });
    await recordDetections(world.context, [match], { name: 'test', watermark: planted });
    await deriveAlerts(world.context);
    expect(await alertsOf(organization)).toMatchObject([
      {
        type: 'security_alarm',
        cause: 'Nmap',
        severity: 'error',
        status: 'active',
        description: 'Port scan',
        raisedCount: 1,
        variables: { alarm_id: match.alarmId },
        primaryEntity: { id: '10.0.0.1' },
        parentEntity: { id: organization.uuid, type: 'organizational_unit' },
      },
    ]);
    const change = (status: 'open' | 'closed') =>
      changeAlarm(world.context, scopeOf(organization), match.alarmId, { status });
    for (const [status, shown] of [
      ['closed', 'cleared'],
      ['open', 'active'],
    ] as const) {
      await change(status);
      await deriveAlerts(world.context);
      expect((await alertsOf(organization)).map((alert) => alert.status)).toEqual([shown]);
    }
    await changeAlarm(world.context, scopeOf(organization), match.alarmId, { suppressed: true });
    await deriveAlerts(world.context);
    expect((await alertsOf(organization)).map((alert) => alert.status)).toEqual(['cleared']);
  });
});

test('what was looked at for too long does not undo what another process has made of later events', async () => {
  const organization = await plant();
  const job = { job: 'overtaken', category: 'backup', entity: 'vol-a' };
  await deriveAlerts(world.context);
  await world.load(organization, [recordOf({ ...job, minute: 1, failed: true })]);

  let overtake = async () => {
    overtake = async () => undefined;
    await world.load(organization, [recordOf({ ...job, minute: 2, failed: false })]);
    await deriveAlerts(world.context);
  };
  const { events } = world.context;
  const query = async (...given: Parameters<typeof events.query>) => {
    const answer = await events.query(...given);
    await overtake();
    return answer;
  };
  const slow = new Proxy(events, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) });
  await expect(deriveAlerts({ ...world.context, events: slow })).rejects.toMatchObject({ code: 'conflict' });
  expect(await alertsOf(organization)).toMatchObject([{ status: 'cleared', raisedCount: 1 }]);
});

test('of alarms are made where backups cannot be asked for', async () => {
  const organization = await plant();
  const match = testMatch(organization, { groupKey: 'beside broken backups' });
  await recordDetections(world.context, [match], { name: 'test', watermark: planted });
  await world.load(organization, [recordOf({ job: 'x', minute: 1, failed: true, category: 'backup', entity: 'vol' })]);
  const events = new Proxy(world.context.events, {
    get(target, name) {
      if (name === 'query') return () => Promise.reject(new Error('backups cannot be read'));
      return Reflect.get(target, name, target);
    },
  });
  await expect(deriveAlerts({ ...world.context, events })).rejects.toThrow('backups cannot be read');
  expect(await alertsOf(organization)).toHaveLength(1);
  await deriveAlerts(world.context);
  expect(await alertsOf(organization)).toHaveLength(2);
});
