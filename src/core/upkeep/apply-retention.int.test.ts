import { afterAll, beforeAll, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { raiseAlarms } from '../../../test/usm-api.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { DAY_MS } from '../../kit/durations.ts';
import type { AlarmMatch } from '../../model/alarm.ts';
import { PERMISSIONS, type Permission, type Scope } from '../../model/scope.ts';
import * as alarms from '../alarms/index.ts';
import { applyRetention } from './apply-retention.ts';

const FIRST_DAY = Date.parse('2026-01-01T00:00:00Z');
const TABLES = ['alarms', 'alarmDetails', 'alarmMatches', 'alarmNotes'] as const;

let world: World;
let scope: Scope;
let old: AlarmMatch;
let young: AlarmMatch;

beforeAll(async () => {
  world = await openWorld({ retentionDays: 14 });
  const { branch } = world.organizations;
  scope = { organization: branch, permissions: new Set<Permission>(PERMISSIONS), actor: TEST_ACTOR };
  // The last events of the first day, the first of the second.
  const matchAt = (timeMs: number) =>
    testMatch(branch, { windowStartMs: timeMs, firstEventUs: timeMs * 1000, lastEventUs: timeMs * 1000 });
  old = matchAt(FIRST_DAY + DAY_MS - 1);
  young = matchAt(FIRST_DAY + DAY_MS);
  await raiseAlarms(world, [old, young]);
  for (const { alarmId } of [old, young]) await alarms.addNote(world.context, scope, alarmId, { text: 'seen' });
  await alarms.changeAlarm(world.context, scope, old.alarmId, { status: 'in_review' });
});

afterAll(() => world.close());

async function listed(): Promise<string[]> {
  const list = { filter: {}, page: { sort: [], limit: 10, offset: 0 } };
  const provider = { ...scope, organization: world.organizations.provider };
  const own = await alarms.listAlarms(world.context, scope, list);
  const customers = await alarms.listAlarmsOfCustomers(world.context, provider, list);
  expect(customers.total).toBe(own.total);
  expect(own.alarms).toHaveLength(own.total);
  return own.alarms.map(({ id }) => id);
}

const rows = () =>
  Promise.all(
    TABLES.map(async (table) => (await world.context.control.db.selectFrom(table).selectAll().execute()).length),
  );

test('alarms are gone with the day of their last event, at once for whoever asks', async () => {
  const { context } = world;
  expect(await listed()).toEqual([young.alarmId, old.alarmId]);
  world.nowMs = FIRST_DAY + 15 * DAY_MS;
  expect(await listed()).toEqual([young.alarmId]);
  const provider = { ...scope, organization: world.organizations.provider };
  const attempts = [
    () => alarms.readAlarm(context, scope, old.alarmId),
    () => alarms.readAlarmOfCustomers(context, provider, old.alarmId),
    () => alarms.changeAlarm(context, scope, old.alarmId, { status: 'closed' }),
    () => alarms.addNote(context, scope, old.alarmId, { text: 'too late' }),
    () => alarms.listNotes(context, scope, old.alarmId),
    () => alarms.listAlarmHistory(context, scope, old.alarmId),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'not_found' });
  expect(await alarms.readAlarm(context, scope, young.alarmId)).toMatchObject({ id: young.alarmId });
});

test('and then deleted, with all that belongs to them', async () => {
  expect(await rows()).toEqual([3, 2, 2, 2]);
  await expect(applyRetention(world.context, AbortSignal.abort(new Error('lost')))).rejects.toThrow('lost');
  expect(await rows()).toEqual([3, 2, 2, 2]);
  await applyRetention(world.context);
  expect(await rows()).toEqual([1, 1, 1, 1]);
  expect(await listed()).toEqual([young.alarmId]);
  expect(await alarms.listNotes(world.context, scope, young.alarmId)).toHaveLength(1);
});

test('nothing is deleted where everything is kept', async () => {
  world.nowMs = FIRST_DAY + 1000 * DAY_MS;
  await applyRetention({ ...world.context, retentionDays: 0 });
  expect(await rows()).toEqual([1, 1, 1, 1]);
});
