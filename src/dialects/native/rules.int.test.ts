import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basicAuth } from '../../../test/basic-auth.ts';
import type { Body } from '../../../test/body.ts';
import { type NativeApi, openNativeApi, zeekLog } from '../../../test/native-api.ts';

let api: NativeApi;

const ID = '11111111-1111-4111-8111-111111111111';
const RULE = `title: Lookup of a host
id: ${ID}
level: low
logsource: {category: dns}
detection: {selection: {query|startswith: host}, condition: selection}
`;

beforeAll(async () => {
  api = await openNativeApi();
  await api.call('POST', '/organizations', { body: { slug: 'clinic', name: 'Clinic' } });
  const log = await api.call('POST', '/organizations/clinic/imports?path=dns.log', { body: zeekLog(3, '10.1.1.1') });
  expect(log.body).toMatchObject({ stored: 3 });
});

afterAll(() => api?.close());

const call: NativeApi['call'] = (...args) => api.call(...args);

const put = (files: readonly object[], query = '', pack = 'mine') =>
  call('PUT', `/rules/packs/${pack}${query}`, { body: Buffer.from(JSON.stringify({ files })) });

const daysSinceLog = Math.ceil((Date.now() / 1000 - 1_700_000_000) / 86_400) + 1;

describe('/rules', () => {
  it('holds the rules that come with Belfry, enabled', async () => {
    const { status, body } = await call('GET', '/rules?pack=starter');
    expect(status).toBe(200);
    expect(body.data.length).toBeGreaterThan(25);
    expect(body.data.every((rule: Body) => rule.enabled)).toBe(true);
  });

  it('takes packs of any size, and answers what is wrong with some of them', async () => {
    const filler = `# ${'x'.repeat(1000)}\n`.repeat(400);
    const files = Array.from({ length: 10 }, (_, n) => ({ name: `${n}.yml`, text: `${filler}nonsense: ${n}` }));
    const { status, body } = await put([...files, { name: 'good.yml', text: RULE }], '?licence=DRL-1.1');
    expect([status, body.added, body.problems.length]).toEqual([200, 1, 10]);
    expect(body.problems[0]).toMatchObject({ file: '0.yml', message: expect.any(String) });
    const { body: listed } = await call('GET', '/rules?pack=mine');
    expect(listed.data).toMatchObject([{ id: ID, pack: 'mine', file: 'good.yml', level: 'low', enabled: false }]);
  });

  it('tries rules before they are enabled, stored or not', async () => {
    await put([{ name: 'good.yml', text: RULE }]);
    const organizations = [{ organization: 'clinic', events: 3, alarms: 1 }];
    const stored = await call('POST', '/rules/try', { body: { id: ID, days: daysSinceLog } });
    expect(stored.body).toEqual({ rules: [{ id: ID, title: 'Lookup of a host', organizations }], problems: [] });
    const text = await call('POST', '/rules/try', { body: { text: RULE, days: daysSinceLog } });
    expect(text.body.rules[0].organizations).toEqual(organizations);
    const recent = await call('POST', '/rules/try', { body: { id: ID } });
    expect(recent.body.rules[0].organizations).toEqual([]);
  });

  it('enables and disables those that are chosen', async () => {
    await put([{ name: 'good.yml', text: RULE }]);
    const enabled = await call('POST', '/rules/enable', { body: { pack: 'mine' } });
    expect(enabled.body.data).toMatchObject([{ id: ID, enabled: true }]);
    expect((await call('POST', '/rules/enable', { body: { ids: [ID] } })).body).toEqual({ data: [] });
    expect((await call('POST', '/rules/disable', { body: { ids: [ID] } })).body.data).toHaveLength(1);
    expect((await call('GET', '/rules?enabled=false')).body.data).toHaveLength(1);
  });

  it('removes a pack, and not the one that comes with Belfry', async () => {
    await put([{ name: 'good.yml', text: RULE }]);
    expect((await call('DELETE', '/rules/packs/mine')).body).toEqual({ removed: 1 });
    expect((await call('DELETE', '/rules/packs/mine')).body).toEqual({ removed: 0 });
    expect((await call('DELETE', '/rules/packs/starter')).status).toBe(409);
  });

  it('says what is wrong with a request', async () => {
    const wrong: [string, string, object | Buffer | undefined, RegExp][] = [
      ['PUT', '/rules/packs/mine', Buffer.from('{'), /not JSON/],
      ['PUT', '/rules/packs/mine', Buffer.from('{"files":[]}'), /files/],
      ['PUT', '/rules/packs/my%20rules', Buffer.from('{"files":[{"name":"a","text":""}]}'), /name of a pack/],
      ['PUT', '/rules/packs/starter', Buffer.from('{"files":[{"name":"a","text":""}]}'), /come with Belfry/],
      ['POST', '/rules/enable', {}, /ids, pack or level/],
      ['POST', '/rules/enable', { ids: ['none'] }, /no rule "none"/],
      ['POST', '/rules/enable', { all: true, days: 0 }, /days/],
      ['POST', '/rules/disable', { level: 'awful' }, /level/],
      ['POST', '/rules/try', {}, /one of id and text/],
      ['POST', '/rules/try', { id: 'none' }, /no rule "none"/],
      ['GET', '/rules?enabled=perhaps', undefined, /enabled/],
    ];
    for (const [method, path, body, message] of wrong) {
      const answer = await call(method, path, body === undefined ? {} : { body });
      expect([method, path, answer.status]).toEqual([method, path, 400]);
      expect(answer.body.error.message).toMatch(message);
    }
  });

  it('is for the operator alone', async () => {
    const body = {
      email: 'm@clinic.example',
      name: 'M',
      role: 'manager',
      organization: 'clinic',
      password: 'long enough',
    };
    await call('POST', '/users', { body });
    const as = basicAuth('m@clinic.example', 'long enough');
    for (const [method, path, sent] of [
      ['GET', '/rules', undefined],
      ['PUT', '/rules/packs/mine', Buffer.from('{"files":[{"name":"a","text":"b"}]}')],
      ['DELETE', '/rules/packs/mine', undefined],
      ['POST', '/rules/enable', { all: true }],
      ['POST', '/rules/disable', { all: true }],
      ['POST', '/rules/try', { text: RULE }],
    ] as const) {
      const { status } = await call(method, path, { as, ...(sent !== undefined && { body: sent }) });
      expect([method, path, status]).toEqual([method, path, 403]);
    }
  });
});
