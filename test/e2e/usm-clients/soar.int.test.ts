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
  REFUSED,
  requestToken,
  SHARES,
  tokenOf,
  type UsmClientWorld,
} from '../../usm-client-world.ts';

// Connectors of three SOAR products, in the manner of those that exist (spec usm.md, section 9: XSOAR, GOOG, FORTI).

let server: UsmClientWorld;

beforeAll(async () => {
  server = await openUsmClientWorld();
});

afterAll(() => server?.world.close());

/** XSOAR: a form type and no form, everything but 200 a failure, lists and single alarms through one parser. */
class Playbooks {
  private readonly account: Account;
  private token = '';

  constructor(account: Account) {
    this.account = account;
  }

  async login(): Promise<void> {
    this.token = await tokenOf(this.account, { ...IN_QUERY, type: 'application/www-form-urlencoded' });
  }

  async ask(path: string): Promise<Body> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'content-type': 'application/json',
      accept: 'application/json',
    };
    return bodyOf(await patientFetch(`${this.account.base}/api/2.0${path}`, { headers }));
  }

  async searchAlarms(filters: string): Promise<Body[]> {
    const body = await this.ask(`/alarms?page=0&${filters}`);
    if (need(need(body, 'page'), 'totalElements') === 0) return [];
    return body._embedded.alarms;
  }

  async searchEvents(filters: string): Promise<Body[]> {
    const body = await this.ask(`/events?page=1&sort=timestamp_occured%2Cdesc&${filters}`);
    return body.page.totalElements === 0 ? [] : body._embedded.eventResources;
  }

  /** New incidents since the last run with ten minutes to look back; ids that were seen do not count again. */
  async fetchIncidents(run: { since: number; readonly seen: Set<string> }, limit: number): Promise<Body[]> {
    const since = run.since - 600_000;
    const items = await this.searchAlarms(
      `size=${limit}&sort=timestamp_occured%2Casc&suppressed=&timestamp_occured_gte=${since}`,
    );
    const fresh = items.filter(({ uuid }) => !run.seen.has(uuid));
    for (const alarm of fresh) {
      const occurred = need(alarm, 'timestamp_occured_iso8601');
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(occurred)) throw new Error(`a time of no known form`);
      run.seen.add(alarm.uuid);
      run.since = Math.max(run.since, Date.parse(occurred));
    }
    return fresh;
  }
}

const eventOf = (event: Body) => event.message ?? event;

describe('playbooks that send a form type without a form', () => {
  let playbooks: Playbooks;
  beforeAll(async () => {
    playbooks = new Playbooks(server.branch);
    await playbooks.login();
  });

  it('search alarms by every filter, and read from each what they show', async () => {
    const found = await playbooks.searchAlarms(
      'size=100&sort=timestamp_occured%2Cdesc&suppressed=false&status=open&priority_label=low' +
        '&rule_intent=Environmental+Awareness&rule_method=File+Shared+Externally' +
        `&rule_strategy=Filesharing+outside+of+the+company&timestamp_occured_gte=${FIRST_MS}`,
    );
    expect(found).toHaveLength(SHARES);
    expect(found[0]).toMatchObject({
      priority_label: 'low',
      status: 'open',
      rule_attack_id: 'T1567',
      rule_attack_tactic: ['Exfiltration'],
      rule_attack_technique: 'Exfiltration Over Web Service',
      alarm_source_names: [`DESK-${SHARES - 1}`],
      alarm_destination_names: ['drive.example'],
    });
    for (const event of need(found[0], 'events').map(eventOf)) {
      expect(need(event, 'timestamp_received_iso8601')).toMatch(/Z$/);
      expect(need(event, 'suppressed')).toBe('false');
      expect(need(event, 'log')).toContain('drive.example');
    }
  });

  it('read one alarm, whose events are flat', async () => {
    const [{ uuid }] = await playbooks.searchAlarms(
      'size=1&sort=timestamp_occured%2Casc&rule_method=Known+command+and+control+server',
    );
    const alarm = await playbooks.ask(`/alarms/${uuid}`);
    expect(alarm.events).toHaveLength(REFUSED);
    for (const event of alarm.events) {
      expect(event).not.toHaveProperty('message');
      expect(event).toMatchObject({ suppressed: false, access_control_outcome: 'Deny', source_name: 'LAPTOP-1' });
      expect(need(event, 'event_category')).toBe('Command and Control');
    }
  });

  it('see the second page of events, which is the one they always ask for', async () => {
    const found = await playbooks.searchEvents(`size=5&event_name=Web+request&timestamp_occured_gte=${FIRST_MS}`);
    expect(found.map(({ source_port: port }) => port - 50_000)).toEqual([6, 5, 4, 3, 2]);
    expect(await playbooks.searchEvents('size=100&account_name=nobody')).toEqual([]);
  });

  it('fetch each alarm once as incidents, run after run', async () => {
    const run = { since: FIRST_MS, seen: new Set<string>() };
    let incidents = 0;
    for (let fetched = -1; fetched !== 0; incidents += fetched) {
      fetched = (await playbooks.fetchIncidents(run, 50)).length;
    }
    expect([incidents, run.seen.size]).toEqual([ALARMS, ALARMS]);
  });
});

/** GOOG: the type of the token taken for its scheme, nulls as empty values, numbers as `1.0`, pages until the total is reached. */
class Connector {
  private readonly account: Account;
  private authorization = '';
  asked = 0;

  constructor(account: Account) {
    this.account = account;
  }

  async login(): Promise<void> {
    const body = await bodyOf(await requestToken(this.account, IN_QUERY));
    this.authorization = `${need(body, 'token_type')} ${need(body, 'access_token')}`;
  }

  async collect(list: 'alarms' | 'events', filters: string, limit = Number.POSITIVE_INFINITY): Promise<Body[]> {
    const items: Body[] = [];
    for (let page = 0; ; page += 1) {
      const url = `${this.account.base}/api/2.0/${list}?sort=timestamp_occured%2Casc&page=${page}&size=100&${filters}`;
      const headers = { authorization: this.authorization, 'content-type': 'application/json' };
      const body = await bodyOf(await patientFetch(url, { headers }));
      this.asked += 1;
      items.push(...body._embedded[list === 'alarms' ? 'alarms' : 'eventResources']);
      if (items.length >= Math.min(need(need(body, 'page'), 'totalElements'), limit)) return items.slice(0, limit);
      if (this.asked > 100) throw new Error('it never ends');
    }
  }
}

describe('a connector that pages until it has as many as there are', () => {
  let connector: Connector;
  beforeAll(async () => {
    connector = new Connector(server.branch);
    await connector.login();
  });

  it('ends with every alarm once', async () => {
    const alarms = await connector.collect('alarms', `timestamp_occured_gte=${FIRST_MS}.0&timestamp_occured_lte=`);
    expect(new Set(alarms.map(({ uuid }) => uuid)).size).toBe(ALARMS);
    expect(alarms).toHaveLength(ALARMS);
    for (const alarm of alarms) {
      expect(Number.parseInt(alarm.timestamp_occured, 10)).toBe(Date.parse(alarm.timestamp_occured_iso8601));
      expect(Number.isInteger(alarm.priority)).toBe(true);
    }
  });

  it('asks for one priority after the other, and for those that are not suppressed', async () => {
    const counts: number[] = [];
    for (const label of ['Low', 'Medium', 'High']) {
      const some = await connector.collect(
        'alarms',
        `priority_label=${label}&suppressed=false&timestamp_occured_gte=1`,
      );
      counts.push(some.length);
    }
    expect(counts).toEqual([SHARES, 0, CLIENTS]);
    expect(await connector.collect('alarms', 'suppressed=true&timestamp_occured_gte=1.0')).toEqual([]);
  });

  it('makes its own objects of events, of which no member may be called as theirs is', async () => {
    const events = await connector.collect('events', 'source_name=LAPTOP-1&suppressed=False', 10);
    expect(events).toHaveLength(10);
    for (const event of events) {
      expect(event).not.toHaveProperty('raw_data');
      for (const name of Object.keys(event)) expect(name).toMatch(/^[a-z_][a-z0-9_]*$/i);
    }
  });
});

/** FORTI: a token for each call, JSON type without JSON, capital letters, a blank at the end of a name, answers of other types taken as bytes. */
async function fortified(account: Account, path: string, method = 'GET'): Promise<{ status: number; body: Body }> {
  const authorization = `Bearer ${await tokenOf(account, { ...IN_QUERY, type: 'application/json' })}`;
  const answer = await patientFetch(`${account.base}/api/2.0/${path}`, { method, headers: { authorization } });
  return { status: answer.status, body: await answer.json() };
}

describe('a connector that asks for a token before every call', () => {
  const alarms = (query: string) => fortified(server.branch, `alarms?${query}`);

  it('lists alarms by parameters as its forms have them', async () => {
    const { body } = await alarms('page=1&size=50&status=open&suppressed=False&sort=priority%2Casc');
    expect(body._embedded.alarms).toHaveLength(50);
    expect(body.page).toEqual({ size: 50, totalElements: ALARMS, totalPages: 3, number: 1 });
    const reviewed = await alarms('page=0&size=50&sort=timestamp_occured%2Cdesc&status=in+review&suppressed=True');
    expect(reviewed).toMatchObject({ status: 200, body: { _embedded: { alarms: [] }, page: { totalElements: 0 } } });
  });

  it('does not find that its misspelt upper limit limits anything', async () => {
    const { body } = await alarms(
      `page=0&size=1&sort=rule_method%2Cdesc&timestamp_occured_gte=${FIRST_MS}&timestamp_occured_lte+=${FIRST_MS}`,
    );
    expect(body.page.totalElements).toBe(ALARMS);
    expect(body._embedded.alarms[0].rule_method).toBe('Known command and control server');
  });

  it('reads an alarm, its labels and its events, and labels it', async () => {
    const { body } = await alarms('page=0&size=1&sort=timestamp_occured%2Casc');
    const [alarm] = body._embedded.alarms;
    const labels = `alarms/${alarm.uuid}/labels`;
    const label = `${labels}/${server.labelId}`;
    expect((await fortified(server.branch, label, 'PUT')).status).toBe(200);
    expect((await fortified(server.branch, labels)).body).toMatchObject({ alarm_labels: [server.labelId] });
    expect((await fortified(server.branch, `alarms/${alarm.uuid}`)).body.alarm_labels).toEqual([server.labelId]);
    expect((await fortified(server.branch, label, 'DELETE')).status).toBe(200);
    expect((await fortified(server.branch, labels)).body.alarm_labels).toEqual([]);
    const [{ message }] = alarm.events;
    const event = await fortified(server.branch, `events/${message.uuid}`);
    expect(event).toMatchObject({ status: 200, body: { uuid: message.uuid, in_alarms: [alarm.uuid] } });
  });

  it('lists events with parameters under two names, of which it knows the wrong one', async () => {
    const { body } = await fortified(
      server.branch,
      'events?page=0&size=20&sourceName=DESK-3&source_name=DESK-3&sort=username%2Casc&suppressed=False',
    );
    expect(body._embedded.eventResourceList.map(({ source_name: name }: Body) => name)).toEqual(['DESK-3']);
  });

  it('signs in again where the server says that its token is none', async () => {
    const answer = await fetch(`${server.branch.base}/api/2.0/alarms`, { headers: { authorization: 'Bearer old' } });
    expect([answer.status, ((await answer.json()) as Body).error]).toEqual([401, 'invalid_token']);
  });
});
