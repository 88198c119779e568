import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { raiseAlarms, type UsmClient, type UsmPage, usmClient, walk } from '../../../test/usm-api.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { changeAlarm } from '../../core/alarms/index.ts';
import { ALARM_STATUSES, type AlarmMatch } from '../../model/alarm.ts';
import { PERMISSIONS } from '../../model/scope.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;

let world: World;
let client: UsmClient;
const raised: AlarmMatch[] = [];

beforeAll(async () => {
  world = await openWorld();
  client = await usmClient(world, world.organizations.branch);
  for (let seed = 0; seed < 15; seed += 1) await raiseOne(seed);
});

afterAll(() => world?.close());

async function raiseOne(seed: number): Promise<void> {
  const match = testMatch(world.organizations.branch, {
    groupKey: `10.1.0.${raised.length}`,
    windowStartMs: START + (seed % 5) * HOUR,
    rule: { priority: seed % 100 },
  });
  raised.push(match);
  await raiseAlarms(world, [match]);
}

/** Another batch brings more of an alarm: its last event, by which lists are ordered, is later now. */
async function joinOne(seed: number): Promise<void> {
  const match = raised[seed % raised.length];
  if (match === undefined) return;
  const firstEventUs = (match.windowStartMs + (seed % 3000) * 1000) * 1000;
  const batchSeq = 2 + seed;
  await raiseAlarms(world, [
    {
      ...match,
      batchSeq,
      firstEventUs,
      lastEventUs: firstEventUs,
      positions: [{ timeUs: firstEventUs, seq: batchSeq, row: 0 }],
    },
  ]);
}

async function decideOne(seed: number): Promise<void> {
  const scope = { organization: world.organizations.branch, actor: TEST_ACTOR, permissions: new Set(PERMISSIONS) };
  const id = raised[seed % raised.length]?.alarmId ?? '';
  await changeAlarm(world.context, scope, id, { status: ALARM_STATUSES[seed % 3], suppressed: seed % 2 === 0 });
}

test('a walk by links gives each alarm of its first moment once, whatever happens meanwhile', async () => {
  const happening = fc.record({ act: fc.constantFrom(raiseOne, joinOne, decideOne), seed: fc.nat(1000) });
  const walks = fc.record({
    size: fc.integer({ min: 1, max: 8 }),
    sort: fc.constantFrom('timestamp_occured,desc', 'priority,asc', 'status,desc', 'timestamp_received,asc'),
    filter: fc.constantFrom('', '&status=open', '&suppressed=false&status=open,closed'),
    between: fc.array(fc.array(happening, { maxLength: 3 }), { maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(walks, async ({ size, sort, filter, between }) => {
      const whole: UsmPage = (await client.ask(`/alarms?size=2000&sort=${sort}${filter}`)).json();
      const expected = whole._embedded.alarms?.map(({ uuid }) => uuid);
      const turns = between.values();
      const walked = await walk(client, `/alarms?size=${size}&sort=${sort}${filter}`, async () => {
        for (const { act, seed } of turns.next().value ?? []) await act(seed);
      });
      expect(walked.map(({ uuid }) => uuid)).toEqual(expected);
      expect(walked).toHaveLength(whole.page.totalElements);
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('a client that asks for pages until it has as many as were promised comes to an end', async () => {
  const ids = new Set<unknown>();
  let promised = Number.POSITIVE_INFINITY;
  for (let page = 0; ids.size < promised; page += 1) {
    const answer: UsmPage = (await client.ask(`/alarms?page=${page}&size=4`)).json();
    promised = answer.page.totalElements;
    for (const { uuid } of answer._embedded.alarms ?? []) ids.add(uuid);
    expect(page).toBeLessThan(1000);
  }
  expect(ids.size).toBe(promised);
});
