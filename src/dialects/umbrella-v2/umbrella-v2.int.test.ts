import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../../../test/world.ts';

describe('umbrella v2', () => {
  let world: World;
  let bearer: { authorization: string };

  beforeAll(async () => {
    world = await openWorld();
    const { client, secret } = await world.createClient(world.organizations.branch);
    const basic = `Basic ${Buffer.from(`${client.id}:${secret}`).toString('base64')}`;
    const answer = await world.app.inject({ method: 'POST', url: '/auth/v2/token', headers: { authorization: basic } });
    expect(answer.json()).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    bearer = { authorization: `Bearer ${answer.json().access_token}` };
    await world.load(world.organizations.branch, [
      { time: '2026-01-15T11:00:00Z', kind: 'dns', domain: 'files.example.com', query_type: 'A', src_ip: '10.1.2.3' },
    ]);
  });

  afterAll(() => world.close());

  test('answers activity', async () => {
    const answer = await world.app.inject({ url: '/reports/v2/activity/dns?from=-1days&to=now', headers: bearer });
    expect(answer.headers['content-type']).toBe('application/json;charset=utf-8');
    expect(answer.json()).toMatchObject({ meta: {}, data: [{ type: 'dns', domain: 'files.example.com' }] });
  });

  test('answers faults with the union body', async () => {
    const answer = await world.app.inject({ url: '/reports/v2/activity/dns?from=-1days', headers: bearer });
    expect(answer.statusCode).toBe(400);
    console.log(answer.payload);
  });
});
