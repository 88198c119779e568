import { afterAll, beforeAll, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { raiseAlarms, type UsmPage, usmClient } from '../../../test/usm-api.ts';
import { openWorld, type World } from '../../../test/world.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world?.close());

test('lists give each alarm its ten earliest events, also where another one names later ones', async () => {
  const { branch } = world.organizations;
  const rows = Array.from({ length: 12 }, (_, row) => row);
  await world.load(
    branch,
    rows.map((row) => ({ time: new Date(START + row).toISOString(), kind: 'dns' })),
  );
  const positions = rows.map((row) => ({ timeUs: (START + row) * 1000, seq: 1, row }));
  await raiseAlarms(world, [
    testMatch(branch, { rule: { id: 'all' }, positions }),
    testMatch(branch, { rule: { id: 'latest' }, positions: positions.slice(2) }),
  ]);
  const page: UsmPage = (await (await usmClient(world, branch)).ask('/alarms')).json();
  const rowsOf = (events: unknown) =>
    (events as readonly { readonly message: { readonly uuid: string } }[]).map(
      ({ message }) => world.context.eventIds.numberOf(message.uuid)?.row,
    );
  const shown = page._embedded.alarms?.map(({ rule_id: rule, events }) => [rule, rowsOf(events)]) ?? [];
  expect(Object.fromEntries(shown)).toEqual({ all: rows.slice(0, 10), latest: rows.slice(2) });
});
