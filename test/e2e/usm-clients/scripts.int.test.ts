import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Body } from '../../body.ts';
import {
  type Account,
  ALARMS,
  bodyOf,
  CLIENTS,
  FIRST_MS,
  IN_QUERY,
  need,
  openUsmClientWorld,
  patientFetch,
  requestToken,
  SHARES,
  type TokenRequest,
  tokenOf,
  type UsmClientWorld,
} from '../../usm-client-world.ts';

// Scripts in the manner of those that exist (spec usm.md, section 9: NMA, KAI, JIRA, NODE, UNI, MCP, WF).

let server: UsmClientWorld;

beforeAll(async () => {
  server = await openUsmClientWorld();
});

afterAll(() => server?.world.close());

async function get(account: Account, path: string, token: string, more: Record<string, string> = {}): Promise<Body> {
  const headers = { authorization: `Bearer ${token}`, ...more };
  return bodyOf(await patientFetch(`${account.base}/api/2.0${path}`, { headers }));
}

const FORM: TokenRequest = { type: 'application/x-www-form-urlencoded', body: 'grant_type=client_credentials' };

describe('a relay of alarms to a chat', () => {
  /** Takes the first event of each alarm, and the time of its last one, by position: what is missing ends it. */
  async function relay(label: string, since: number): Promise<string[]> {
    const answer = await requestToken(server.branch, { ...IN_QUERY, body: '' });
    const text = await answer.text();
    if (text.includes('Unauthorized')) throw new Error(text);
    const token: string = JSON.parse(text).access_token ?? '';
    if (token.length < 128) throw new Error('no token');
    const body = await get(
      server.branch,
      `/alarms/?priority_label=${label}&size=50&suppressed=false&status=open`,
      token,
    );
    const messages: string[] = [];
    for (const { events } of body._embedded.alarms) {
      const all = events.map(({ message }: Body) => message);
      if (Number(need(all.at(-1), 'timestamp_received')) < since) continue;
      const first = (name: string) => String(need(all[0], name));
      messages.push(`${label.toUpperCase()} :: ${first('plugin')} - ${first('event_description')}\n${first('log')}`);
    }
    return messages;
  }

  it('says of every alarm what happened, by which source of logs, and the log', async () => {
    const high = await relay('high', 0);
    expect(high).toHaveLength(50);
    for (const message of high) expect(message).toMatch(/^HIGH :: test-records - \S.*\n.*gate\.evil\.example/);
    expect(await relay('medium', 0)).toEqual([]);
    expect(await relay('low', Date.now() * 2)).toEqual([]);
  });

  it('stops where the server says that it does not know it', async () => {
    const answer = await requestToken({ ...server.branch, secret: 'x'.repeat(30) }, IN_QUERY);
    expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining('Unauthorized')]);
  });

  it('has a sibling that prints methods and sources of the second page', async () => {
    const token = await tokenOf(server.branch, IN_QUERY);
    const body = await get(server.branch, '/alarms/?page=1&size=20&suppressed=false&status=open', token);
    const lines = body._embedded.alarms.map(
      (alarm: Body) => `${need(alarm, 'rule_method')}: ${need(alarm, 'alarm_sources').join(' ')}`,
    );
    expect(lines).toHaveLength(20);
    for (const line of lines) expect(line).toMatch(/^[A-Z][A-Za-z ]+: 10\.\d+\.\d+\.\d+$/);
  });
});

describe('commands that take whatever stands under _embedded', () => {
  it('list alarms by status and size, and events by plugin', async () => {
    const token = await tokenOf(server.branch, IN_QUERY);
    const json = { 'content-type': 'application/json' };
    const alarms = await get(server.branch, '/alarms?status=Open&size=5', token, json);
    expect(Object.keys(alarms._embedded)).toEqual(['alarms']);
    expect(alarms._embedded.alarms).toHaveLength(5);
    const events = await get(server.branch, '/events?size=7&plugin=test-records', token, json);
    for (const items of Object.values<Body[]>(events._embedded)) expect(items).toHaveLength(7);
    const sorted = await get(server.branch, '/alarms?sort=asc&size=1', token, json);
    expect(sorted._embedded.alarms[0].alarm_source_names).toEqual(['LAPTOP-1']);
  });
});

describe('a program that writes tickets', () => {
  const TEMPLATE = {
    title: '$SensorName - High - $rule_method [$Date]',
    description: [
      '*Alarm:* $rule_strategy',
      '*Infected Host:* $alarm_source_names',
      '*External IP:* $alarm_destination_names',
      'A sample description. $AlarmTitle',
    ],
  };

  /** Every member whose name occurs in a line replaces its variable there; lists must be lists of texts. */
  function fill(line: string, ticket: Readonly<Record<string, unknown>>): string {
    const named = Object.entries(ticket).filter(([name]) => line.includes(name));
    const filled = named.reduce((text, [name, value]) => {
      if (Array.isArray(value) && value.some((item) => typeof item !== 'string')) throw new TypeError(name);
      return text.replaceAll(`$${name}`, Array.isArray(value) ? value.join(', ') : String(value));
    }, line);
    return filled.replaceAll(/\$[\w-]*/g, 'unknown');
  }

  it('fills its template from the alarms of the last minutes', async () => {
    const token = await tokenOf(server.branch, FORM);
    const since = FIRST_MS + 70 * 60_000;
    const path = `/alarms?sort=timestamp_occured,desc&timestamp_occured_gte=${since}`;
    const body = await get(server.branch, path, token);
    const tickets = body._embedded.alarms
      .filter((alarm: Body) => alarm.rule_strategy === 'C&C Communication')
      .map((alarm: Body) => {
        const sensor = need(alarm, 'alarm_sensor_sources').pop();
        if (sensor === undefined) throw new Error('IndexError: pop from empty list');
        const date = need(alarm, 'timestamp_occured_iso8601').slice(2, 10).replaceAll('-', '');
        return {
          ...alarm,
          _id: need(alarm, 'uuid'),
          _priority: need(alarm, 'priority_label'),
          Date: date,
          SensorName: 'main',
        };
      });
    expect(tickets).toHaveLength(20);
    const latest = tickets.find((ticket: Body) => ticket.alarm_source_names.includes(`LAPTOP-${CLIENTS}`));
    expect([TEMPLATE.title, ...TEMPLATE.description].map((line) => fill(line, latest))).toEqual([
      'main - High - Known command and control server [260115]',
      '*Alarm:* C&C Communication',
      `*Infected Host:* LAPTOP-${CLIENTS}`,
      '*External IP:* gate.evil.example',
      'A sample description. unknown',
    ]);
  });

  it('comes with a shell function that sends JSON as a form, to read one alarm', async () => {
    const token = await tokenOf(server.branch, {
      ...IN_QUERY,
      ...FORM,
      body: '{"grant_type":"client_credentials"}',
    });
    const [{ uuid }] = (await get(server.branch, '/alarms?size=1', token))._embedded.alarms;
    expect(await get(server.branch, `/alarms/${uuid}`, token)).toMatchObject({ uuid, status: 'open' });
  });
});

describe('a script about files that were shared', () => {
  it('reads who got them from alarms, without asking whether it is there', async () => {
    const token = await tokenOf(server.branch, { ...IN_QUERY, type: FORM.type ?? '', body: '@request_body' });
    const [{ alarm_sensor_sources: sensors }] = (await get(server.branch, '/alarms?size=1', token))._embedded.alarms;
    const path =
      '/alarms?size=1000&status=open&rule_intent=Environmental%20Awareness&rule_method=File%20Shared%20Externally' +
      '&rule_strategy=Filesharing%20outside%20of%20the%20company&priority_label=low' +
      `&alarm_sensor_sources=${sensors[0]}&timestamp_occured_gte=${FIRST_MS}&timestamp_occured_lte=${Date.now()}`;
    const alarms: Body[] = (await get(server.branch, path, token))._embedded.alarms;
    const outside = alarms.filter((alarm) => need(alarm, 'destination_username').indexOf('@company.example') === -1);
    const files = outside.flatMap(({ events }) => events.map(({ message }: Body) => message));
    expect(files).toHaveLength(SHARES);
    for (const file of files) {
      expect(file).toMatchObject({
        event_name: 'Web request',
        file_type: 'application/pdf',
        file_name: expect.stringMatching(/^plan\d+\.pdf$/),
        source_username: 'ana@example.org',
        destination_username: expect.stringMatching(/^guest\d+@/),
      });
      expect(Number.parseInt(need(file, 'timestamp_received'), 10)).toBeGreaterThan(FIRST_MS);
    }
  });
});

describe('a notebook', () => {
  /** Pages of 2000; as many as it wants or there are. */
  async function retrieve(list: 'alarms' | 'events', wanted: number, params = ''): Promise<Body[]> {
    const token = await tokenOf(server.branch, FORM);
    const items: Body[] = [];
    let remaining = wanted;
    for (let page = 0; remaining > 0 && page < Math.floor(wanted / 2000) + 1; page += 1) {
      const body = await get(server.branch, `/${list}?page=${page}&size=${Math.min(remaining, 2000)}${params}`, token);
      const found = need(need(body, '_embedded'), list === 'events' ? 'eventResourceList' : 'alarms');
      items.push(...found);
      remaining = Math.min(remaining, body.page.totalElements) - found.length;
    }
    return items;
  }

  it.each(['alarms', 'events'] as const)('makes a table of %s by uuid, with instants in it', async (list) => {
    const items = await retrieve(list, 5000);
    expect(new Set(items.map((item) => need(item, 'uuid'))).size).toBe(items.length);
    for (const item of items) {
      const instants = Object.entries(item).filter(([name]) => name.includes('timestamp') && !name.includes('iso8601'));
      expect(instants.length).toBeGreaterThanOrEqual(2);
      for (const [, value] of instants) expect(new Date(Number(value)).getTime()).toBeGreaterThan(FIRST_MS - 1);
    }
  });

  it('takes as many alarms as it wants', async () => {
    expect(await retrieve('alarms', 100, '&suppressed=False')).toHaveLength(100);
    expect(await retrieve('alarms', 5000)).toHaveLength(ALARMS);
  });
});

describe('a server of tools for language models', () => {
  it('sends names that filter nothing, and checks the types of what it gets', async () => {
    const token = await tokenOf(server.branch, FORM);
    const ours = 'account_name=&page=0&size=20&sort=timestamp_occured%2Cdesc&suppressed=false';
    const alarms = await get(server.branch, `/alarms?${ours}&account_name=nobody&priority=high&status=open`, token);
    expect(alarms.page.totalElements).toBe(ALARMS);
    for (const alarm of alarms._embedded.alarms) {
      expect(alarm).toMatchObject({
        uuid: expect.any(String),
        needs_enrichment: false,
        packet_data: [expect.any(String)],
        priority: expect.any(Number),
        suppressed: false,
        mute: expect.stringMatching(/^\d+[smhd]$/),
        alarm_events_count: expect.any(Number),
        _links: { self: { href: expect.stringMatching(/^http:/) } },
      });
      for (const event of alarm.events) expect(typeof event.timeStamp).toBe('number');
    }
    const events = await get(server.branch, `/events?${ours}&event_name=DNS+query`, token);
    for (const event of events._embedded.events) {
      expect(event).toMatchObject({ uuid: expect.any(String), has_alarm: true, log: expect.any(String) });
    }
  });
});

describe('a collector that walks the links', () => {
  it('asks as fast as it can, waits when it is told to, and gets each event once', async () => {
    const token = await tokenOf(server.sibling, FORM);
    const headers = { authorization: `Bearer ${token}` };
    const first = `${server.sibling.base}/api/2.0/events/?size=1&event_category=Application&suppressed=`;
    const burst = await Promise.all(Array.from({ length: 130 }, () => fetch(first, { headers, redirect: 'error' })));
    const refused = burst.filter(({ status }) => status === 429);
    expect(burst.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(100);
    for (const answer of refused) {
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(await answer.json()).toMatchObject({ error: 'rate_limit_exceeded' });
    }
    await sleep(1000);
    const seen: string[] = [];
    for (let next: string | undefined = first; next !== undefined; ) {
      const body = await bodyOf(await patientFetch(next, { headers }));
      seen.push(...body._embedded.events.map(({ uuid }: Body) => uuid));
      next = body._links.next?.href;
    }
    expect(seen).toHaveLength(16);
    expect(new Set(seen).size).toBe(16);
  });
});
