import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOSTILE_VALUES } from '../../../test/hostile-values.ts';
import { type UsmClient, usmClient } from '../../../test/usm-api.ts';
import { openWorld, type World } from '../../../test/world.ts';

let world: World;
let client: UsmClient;

beforeAll(async () => {
  world = await openWorld();
  const { branch } = world.organizations;
  await world.load(branch, [{ time: '2026-01-10T00:00:00Z', kind: 'dns', domain: 'one.example' }]);
  client = await usmClient(world, branch);
});

afterAll(() => world?.close());

const PAGING = ['page', 'size', 'sort', 'moment', 'timestamp_occured_gte', 'timestamp_occured_lte'];
const PARAMETERS = {
  '/alarms': [
    ...PAGING,
    'status',
    'suppressed',
    'rule_intent',
    'rule_method',
    'priority_label',
    'alarm_sensor_sources',
  ],
  '/events': [...PAGING, 'plugin', 'event_name', 'source_name', 'source_username', 'sensor_uuid', 'account_name'],
};

/** A lone surrogate has no encoding: it goes as the bytes that would be its, which are no UTF-8. */
function encoded(value: string): string {
  return value
    .split(/[\ud800-\udfff]/u)
    .map(encodeURIComponent)
    .join('%ED%A0%80');
}

test.each(Object.entries(PARAMETERS))('%s answers or refuses whatever it is asked', async (path, names) => {
  const faults: string[] = [];
  for (const name of names) {
    for (const value of HOSTILE_VALUES) {
      const answer = await client.ask(`${path}?${name}=${encoded(value)}`);
      const about = `${name}=${value.slice(0, 50)}: ${answer.statusCode} ${answer.payload.slice(0, 200)}`;
      const isJson = String(answer.headers['content-type']).startsWith('application/json');
      const { statusCode: status } = answer;
      if (!isJson || (status !== 200 && !(status === 400 && answer.json().error === 'invalid_request'))) {
        faults.push(about);
      }
    }
  }
  expect(faults).toEqual([]);
});

test('ids of any kind are not found', async () => {
  for (const value of HOSTILE_VALUES.filter((each) => !each.includes('..'))) {
    const id = encoded(value);
    for (const path of [`/alarms/${id}`, `/alarms/${id}/labels`, `/alarms/${id}/labels/${id}`, `/events/${id}`]) {
      const method = path.endsWith(`/labels/${id}`) ? 'PUT' : 'GET';
      const answer = await client.ask(path, { method });
      expect([400, 404, 405, 414], `${path.slice(0, 80)}: ${answer.payload.slice(0, 200)}`).toContain(
        answer.statusCode,
      );
      expect(answer.json(), path.slice(0, 80)).toMatchObject({ result: 'error' });
    }
  }
});
