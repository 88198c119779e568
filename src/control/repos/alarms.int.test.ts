import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { openTestControl } from '../../../test/test-control.ts';
import { ALARM_ENDPOINTS, ALARM_EVENTS, type AlarmFilter, type AlarmMatch, type AlarmPage } from '../../model/alarm.ts';
import type { Organization } from '../../model/organization.ts';
import type { Control } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { recordMatches } from './alarm-matches.ts';
import { beginAlarmChange } from './alarm-versions.ts';
import { alarmById, changeAlarm, forgetSupersededAlarms } from './alarms.ts';
import { findAlarms } from './find-alarms.ts';
import { createOrganization } from './organizations.ts';

let dir: string;
let control: Control;
let organization: Organization;
let other: Organization;

const actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' } as const;
const NOW = Date.parse('2026-01-01T01:00:00Z');

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-alarms-'));
  control = await openTestControl(join(dir, 'control.db'));
  organization = await createOrganization(control.db, { slug: 'one', name: 'one', actor });
  other = await createOrganization(control.db, { slug: 'other', name: 'other', actor });
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

const record = (matches: readonly AlarmMatch[], nowMs = NOW) =>
  inTransaction(control.db, async (trx) => {
    const change = await beginAlarmChange(trx);
    return recordMatches(trx, matches, { change, nowMs, suppressedBy: () => false });
  });

const EVERYTHING: AlarmPage = { sort: [], limit: 1000, offset: 0 };

const find = (filter: AlarmFilter = {}, page: Partial<AlarmPage> = {}, organizationIds = [organization.id]) =>
  findAlarms(control.db, { organizationIds, filter, page: { ...EVERYTHING, ...page } });

/** The one alarm there is. */
async function theAlarm() {
  const { alarms } = await find();
  expect(alarms).toHaveLength(1);
  const [alarm] = alarms;
  if (alarm === undefined) throw new Error('there is no alarm');
  return alarm;
}

describe('matches', () => {
  it('of several batches become one alarm', async () => {
    const [a, b] = [1_000, 2_000];
    const first = testMatch(organization, {
      batchSeq: 2,
      events: 3,
      firstEventUs: b,
      lastEventUs: b,
      sensors: ['zeek'],
      sources: [{ address: '10.0.0.1', name: '', events: 3 }],
    });
    const second = testMatch(organization, {
      batchSeq: 1,
      events: 4,
      firstEventUs: a,
      lastEventUs: a,
      sensors: ['suricata-eve'],
      sources: [
        { address: '10.0.0.2', name: 'x', events: 3 },
        { address: '10.0.0.1', name: '', events: 1 },
      ],
    });
    expect(await record([first])).toMatchObject({ created: [{ events: 3, status: 'open' }], changed: [] });
    expect(await record([second])).toMatchObject({ created: [], changed: [{ events: 7 }] });
    expect(await theAlarm()).toMatchObject({
      id: first.alarmId,
      events: 7,
      firstEventUs: a,
      lastEventUs: b,
      receivedMs: NOW,
      positions: [
        { timeUs: a, seq: 1, row: 0 },
        { timeUs: b, seq: 2, row: 0 },
      ],
      sources: [
        { address: '10.0.0.1', name: '', events: 4 },
        { address: '10.0.0.2', name: 'x', events: 3 },
      ],
      sensors: ['suricata-eve', 'zeek'],
    });
  });

  it('recorded again change nothing, or replace what their batch was said to have added', async () => {
    const matches = [1, 2, 3].map((batchSeq) => testMatch(organization, { batchSeq, events: batchSeq }));
    await record(matches);
    const before = await find();
    expect(await record(matches)).toEqual({ created: [], changed: [] });
    expect((await find()).alarms).toEqual(before.alarms);
    const [replaced] = (await record([testMatch(organization, { batchSeq: 2, events: 10 })])).changed;
    expect(replaced?.events).toBe(14);
    expect(await record(matches.slice(0, 1))).toEqual({ created: [], changed: [] });
    expect((await theAlarm()).events).toBe(14);
  });

  it('keep the rule and the marks that the alarm has', async () => {
    const match = testMatch(organization);
    await record([match]);
    await inTransaction(control.db, (trx) =>
      changeAlarm(trx, {
        id: match.alarmId,
        organizationId: organization.id,
        nowMs: NOW,
        edit: async () => ({ status: 'closed', labels: ['a-label'] }),
      }),
    );
    const later = { batchSeq: 2, rule: { title: 'renamed', priority: 90 } };
    await record([testMatch(organization, later)], NOW + 5);
    const alarm = await theAlarm();
    expect(alarm).toMatchObject({ status: 'closed', labels: ['a-label'], receivedMs: NOW, events: 2 });
    expect(alarm.rule).toEqual(match.rule);
  });

  it('name the earliest events and the most frequent endpoints', async () => {
    const count = 80;
    const half = (batchSeq: number) =>
      testMatch(organization, {
        batchSeq,
        events: count,
        firstEventUs: batchSeq,
        positions: Array.from({ length: count }, (_, row) => ({ timeUs: batchSeq + row * 10, seq: batchSeq, row })),
        sources: Array.from({ length: ALARM_ENDPOINTS }, (_, n) => ({
          address: `10.0.${batchSeq}.${n}`,
          name: '',
          events: n + batchSeq,
        })),
      });
    await record([half(1), half(2)]);
    const { positions, sources, events } = await theAlarm();
    expect(events).toBe(2 * count);
    expect(positions).toHaveLength(ALARM_EVENTS);
    expect(positions.map(({ timeUs }) => timeUs)).toEqual(
      Array.from({ length: ALARM_EVENTS }, (_, n) => Math.floor(n / 2) * 10 + (n % 2) + 1),
    );
    expect(sources).toHaveLength(ALARM_ENDPOINTS);
    expect(sources[0]).toEqual({ address: '10.0.2.49', name: '', events: 51 });
    expect(sources.at(-1)?.events).toBeGreaterThan(20);
  });

  it('by the thousand take statements of a size the database can take', async () => {
    const groups = Array.from({ length: 2500 }, (_, n) => testMatch(organization, { groupKey: `host${n}` }));
    expect((await record(groups)).created).toHaveLength(2500);
    expect((await record(groups)).changed).toHaveLength(0);
    const again = groups.map((match) => ({ ...match, batchSeq: 2 }));
    expect((await record(again)).changed).toHaveLength(2500);
    expect((await find()).total).toBe(2500);
    expect(await forgetSupersededAlarms(control.db, new Date(NOW + 1))).toBe(2500);
    expect((await find()).alarms[0]?.events).toBe(2);
  });
});

describe('lists', () => {
  it('filter by everything there is', async () => {
    const second = (n: number) => Date.parse('2026-01-01T00:00:00Z') * 1000 + n * 1_000_000;
    const rules = [
      { intent: 'System Compromise', strategy: 'C&C Communication', method: 'x', priority: 100 },
      { intent: 'Delivery & Attack', strategy: 'Portscan', method: 'y', priority: 66 },
      { intent: 'Delivery & Attack', strategy: 'Portscan', method: 'X', priority: 33 },
    ] as const;
    await record(
      rules.map((rule, n) =>
        testMatch(organization, {
          groupKey: String(n),
          rule,
          firstEventUs: second(n) + 999,
          sensors: n === 0 ? ['zeek', 'a"b'] : ['umbrella-csv'],
        }),
      ),
    );
    const groups = async (filter: AlarmFilter) => (await find(filter)).alarms.map(({ groupKey }) => groupKey).join('');
    const cases: readonly [AlarmFilter, string][] = [
      [{}, '210'],
      [{ intents: ['Delivery & Attack'] }, '21'],
      [{ intents: ['Delivery'] }, ''],
      [{ strategies: ['C&C Communication', 'nothing'] }, '0'],
      [{ methods: ['x'] }, '0'],
      [{ priorityLabels: ['high'] }, '0'],
      [{ priorityLabels: ['low', 'medium'] }, '21'],
      [{ priorityLabels: [] }, ''],
      [{ sensors: ['zeek'] }, '0'],
      [{ sensors: ['a"b'] }, '0'],
      [{ sensors: ['Zeek'] }, ''],
      [{ sensors: ['umbrella'] }, ''],
      [{ statuses: ['open'] }, '210'],
      [{ statuses: ['closed', 'in_review'] }, ''],
      [{ statuses: [] }, ''],
      [{ suppressed: true }, ''],
      [{ suppressed: false, methods: ['y'] }, '1'],
      [{ fromMs: second(1) / 1000 }, '21'],
      [{ toMs: second(1) / 1000 }, '10'],
      [{ toMs: second(1) / 1000 - 1 }, '0'],
      [{ fromMs: -1e300, toMs: 1e300 }, '210'],
      [{ fromMs: 1e300 }, ''],
    ];
    for (const [filter, expected] of cases) expect([filter, await groups(filter)]).toEqual([filter, expected]);
  });

  it('sort by any fields, ties by id', async () => {
    const priorities = [50, 20, 50, 20, 70];
    await record(priorities.map((priority, n) => testMatch(organization, { groupKey: String(n), rule: { priority } })));
    const { alarms, total } = await find({}, { sort: [{ field: 'priority', order: 'desc' }] });
    expect(total).toBe(5);
    const expected = [...alarms].sort((a, b) => b.rule.priority - a.rule.priority || (a.id < b.id ? -1 : 1));
    expect(alarms.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    const page = await find({}, { sort: [{ field: 'priority', order: 'desc' }], limit: 2, offset: 3 });
    expect(page).toEqual({ total: 5, moment: page.moment, alarms: alarms.slice(3) });
    expect((await find({}, { offset: 99 })).alarms).toEqual([]);
  });

  it('are of the organizations asked for', async () => {
    await record([testMatch(organization), testMatch(other)]);
    expect((await find()).total).toBe(1);
    expect((await find({}, {}, [organization.id, other.id])).total).toBe(2);
    expect((await find({}, {}, [])).total).toBe(0);
    const { alarmId } = testMatch(other);
    expect(await alarmById(control.db, alarmId, [organization.id])).toBeUndefined();
    expect(await alarmById(control.db, alarmId, [other.id])).toMatchObject({ organizationId: other.id });
  });
});

describe('superseded versions', () => {
  it('are forgotten, and moments that need them move up to what is known', async () => {
    const hour = 3_600_000;
    await record([testMatch(organization)], NOW);
    const old = (await find()).moment;
    await record([testMatch(organization, { batchSeq: 2 })], NOW + hour);
    const middle = (await find()).moment;
    await record([testMatch(organization, { batchSeq: 3 })], NOW + 2 * hour);
    const eventsAt = async (moment: number) => {
      const found = await find({}, { moment });
      return [found.moment, found.alarms[0]?.events];
    };
    const now = (await find()).moment;
    expect([await eventsAt(old), await eventsAt(middle), await eventsAt(1e15)]).toEqual([
      [old, 1],
      [middle, 2],
      [now, 3],
    ]);
    expect(await forgetSupersededAlarms(control.db, new Date(NOW + hour + 1))).toBe(1);
    expect(await forgetSupersededAlarms(control.db, new Date(NOW + hour + 1))).toBe(0);
    expect(await eventsAt(1e15)).toEqual([now, 3]);
    expect([await eventsAt(old), await eventsAt(-5)]).toEqual([
      [middle, 2],
      [middle, 2],
    ]);
  });
});
