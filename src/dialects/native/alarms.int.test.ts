import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { basicAuth } from '../../../test/basic-auth.ts';
import type { Body } from '../../../test/body.ts';
import { type Described, describedBy } from '../../../test/contract/openapi.ts';
import { type NativeApi, openNativeApi } from '../../../test/native-api.ts';
import { recordDetections } from '../../core/alarms/index.ts';
import type { AlarmMatch } from '../../model/alarm.ts';

let api: NativeApi;
let described: Described;
const organizations: Record<string, Body> = {};

beforeAll(async () => {
  api = await openNativeApi();
  described = describedBy(await (await fetch(`${api.belfry.address}/docs/belfry-v1/openapi.json`)).json());
  for (const [slug, parent] of [['provider'], ['clinic', 'provider'], ['rival']] as const) {
    const { body } = await api.call('POST', '/organizations', { body: { slug, name: `The ${slug}`, parent } });
    organizations[slug] = body;
    for (const role of ['analyst', 'viewer']) {
      const user = { email: `${role}@${slug}.example`, name: role, role, organization: slug, password: PASSWORD };
      expect((await api.call('POST', '/users', { body: user })).status).toBe(201);
    }
  }
});

afterAll(() => api?.close());

const PASSWORD = 'correct horse battery';
const as = (role: string, slug: string) => basicAuth(`${role}@${slug}.example`, PASSWORD);

/** Every answer is what the document says. */
const call: NativeApi['call'] = async (method, path, options) => {
  const answer = await api.call(method, path, { as: as('analyst', 'clinic'), ...options });
  expect(described.faultOf({ method, path: `/belfry/v1${path}` }, answer)).toBeUndefined();
  return answer;
};

async function raise(slug: string, given: Parameters<typeof testMatch>[1] = {}): Promise<AlarmMatch> {
  const match = testMatch(organizations[slug], given);
  await recordDetections(api.belfry.context, [match], { name: 'test', watermark: 1 });
  return match;
}

describe('alarms', () => {
  it('are listed page by page as they were at the first', async () => {
    const path = '/organizations/clinic/alarms?method=paged&sort=-priority,received&limit=2';
    const rule = { method: 'paged' };
    for (const n of [1, 2, 3]) await raise('clinic', { groupKey: `p${n}`, rule: { ...rule, priority: n * 10 } });
    const first = (await call('GET', path)).body;
    expect(first).toMatchObject({ total: 3, data: [{ groupKey: 'p3', rule: { priorityLabel: 'low' } }, {}] });
    await raise('clinic', { groupKey: 'p4', rule: { ...rule, priority: 90 } });
    await call('PATCH', `/organizations/clinic/alarms/${first.data[1].id}`, { body: { status: 'closed' } });
    const second = (await call('GET', `${path}&offset=2&moment=${first.moment}`)).body;
    expect(second).toMatchObject({ total: 3, moment: first.moment, data: [{ groupKey: 'p1' }] });
    expect((await call('GET', `${path}&status=open&status=in_review`)).body).toMatchObject({ total: 3 });
    expect((await call('GET', `${path}&status=closed,in_review&priority=low`)).body).toMatchObject({ total: 1 });
    expect((await call('GET', `${path}&from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00%2B01:00`)).body.total).toBe(0);
    expect((await call('GET', `${path}&sensor=zeek&sensor=x&suppressed=false`)).body.total).toBe(4);
  });

  it('say what was wrong with a list', async () => {
    for (const [query, where] of [
      ['sort=-nothing', 'sort.0'],
      ['status=open,gone', 'status.1'],
      ['limit=1001', 'limit'],
      ['offset=-1', 'offset'],
      ['moment=x', 'moment'],
      ['from=yesterday', 'from'],
      ['suppressed=maybe', 'suppressed'],
      ['page=1', ''],
    ]) {
      const { status, body } = await call('GET', `/organizations/clinic/alarms?${query}`);
      expect([query, status, body.error.faults[0].where]).toEqual([query, 400, where]);
    }
  });

  it('are closed, noted, labelled and hidden, and tell it', async () => {
    const { alarmId } = await raise('clinic', { groupKey: 'worked on' });
    const path = `/organizations/clinic/alarms/${alarmId}`;
    const { body: label } = await call('POST', '/organizations/clinic/labels', { body: { name: 'phishing' } });
    const { body: above } = await call('POST', '/organizations/provider/labels', {
      as: as('analyst', 'provider'),
      body: { name: 'escalated' },
    });
    await call('PUT', `${path}/labels/${above.id}`);
    expect((await call('PUT', `${path}/labels/${label.id}`)).body.labels).toEqual([above.id, label.id]);
    expect((await call('DELETE', `${path}/labels/${above.id}`)).body.labels).toEqual([label.id]);
    expect((await call('POST', `${path}/notes`, { body: { text: 'seen' } })).status).toBe(201);
    expect((await call('GET', `${path}/notes`)).body.data).toMatchObject([
      { text: 'seen', author: 'analyst@clinic.example' },
    ]);
    const closed = await call('PATCH', path, { body: { status: 'closed', suppressed: true } });
    expect(closed.body).toMatchObject({ status: 'closed', suppressed: true, eventIds: [expect.any(String)] });
    expect((await call('GET', `/alarms/${alarmId}`)).body).toEqual({ ...closed.body, organization: 'clinic' });
    const { body: history } = await call('GET', `${path}/history`);
    expect(history.data.map(({ action }: Body) => action)).toEqual([
      'alarm.attach_label',
      'alarm.attach_label',
      'alarm.detach_label',
      'alarm.add_note',
      'alarm.change',
    ]);
    expect((await call('GET', '/organizations/clinic/labels')).body.data).toMatchObject([
      { id: above.id, isInherited: true },
      { id: label.id, isInherited: false },
    ]);
    const renamed = await call('PATCH', `/organizations/clinic/labels/${label.id}`, { body: { name: 'mail' } });
    expect(renamed.body).toMatchObject({ id: label.id, name: 'mail' });
    expect((await call('DELETE', `/organizations/clinic/labels/${label.id}`)).status).toBe(200);
    expect((await call('GET', path)).body.labels).toEqual([]);
  });

  it('are hidden by rules', async () => {
    const path = '/organizations/clinic/suppression-rules';
    const made = await call('POST', path, { body: { name: 'scanner', match: { source: '10.8.8.8' } } });
    expect([made.status, made.body]).toMatchObject([201, { enabled: true, suppressed: 0 }]);
    const { alarmId } = await raise('clinic', { groupKey: '10.8.8.8' });
    expect((await call('GET', `/alarms/${alarmId}`)).body).toMatchObject({ status: 'closed', suppressed: true });
    const rule = `${path}/${made.body.id}`;
    expect((await call('POST', `${rule}/disable`)).body.enabled).toBe(false);
    expect((await call('POST', `${rule}/enable`)).body).toMatchObject({ enabled: true, suppressed: 0 });
    expect((await call('GET', path)).body.data).toHaveLength(1);
    expect((await call('DELETE', rule)).body.name).toBe('scanner');
    expect((await call('GET', path)).body.data).toEqual([]);
    expect((await call('POST', path, { body: { name: 'x', match: {} } })).status).toBe(400);
    expect((await call('POST', path, { body: { name: 'x', match: { sauce: 'x' } } })).status).toBe(400);
  });

  it('of others are not found, and viewers only read', async () => {
    const { alarmId } = await raise('rival', { groupKey: 'theirs' });
    const { body: theirs } = await call('POST', '/organizations/rival/labels', {
      as: as('analyst', 'rival'),
      body: { name: 'theirs' },
    });
    const own = (await raise('clinic', { groupKey: 'ours' })).alarmId;
    const statuses = async (calls: readonly (readonly [string, string, object?])[], who = as('analyst', 'clinic')) =>
      Promise.all(
        calls.map(
          async ([method, path, body]) => (await call(method, path, { as: who, ...(body && { body }) })).status,
        ),
      );
    const change = { status: 'closed' };
    const elsewhere = [
      ['GET', `/alarms/${alarmId}`],
      ['GET', `/organizations/clinic/alarms/${alarmId}`],
      ['GET', `/organizations/rival/alarms/${alarmId}`],
      ['PATCH', `/organizations/clinic/alarms/${alarmId}`, change],
      ['GET', `/organizations/clinic/alarms/${alarmId}/history`],
      ['GET', `/organizations/clinic/alarms/${alarmId}/notes`],
      ['POST', `/organizations/clinic/alarms/${alarmId}/notes`, { text: 'x' }],
      ['PUT', `/organizations/clinic/alarms/${own}/labels/${theirs.id}`],
      ['DELETE', `/organizations/clinic/alarms/${own}/labels/${'x'.repeat(100)}`],
      ['PATCH', `/organizations/clinic/labels/${theirs.id}`, { name: 'ours' }],
      ['DELETE', `/organizations/clinic/labels/${theirs.id}`],
      ['GET', '/organizations/rival/alarms'],
      ['GET', '/alarms/nothing'],
    ] as const;
    expect(await statuses(elsewhere)).toEqual(elsewhere.map(() => 404));
    const asViewer = [
      ['GET', `/alarms/${own}`],
      ['GET', '/organizations/clinic/alarms'],
      ['PATCH', `/organizations/clinic/alarms/${own}`, change],
      ['POST', `/organizations/clinic/alarms/${own}/notes`, { text: 'x' }],
      ['POST', '/organizations/clinic/labels', { name: 'x' }],
      ['POST', '/organizations/clinic/suppression-rules', { name: 'x', match: { method: 'x' } }],
    ] as const;
    expect(await statuses(asViewer, as('viewer', 'clinic'))).toEqual([200, 200, 403, 403, 403, 403]);
  });
});
