import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clumioToken, type Headers, inContext } from '../../../test/clumio-api.ts';
import { ALL_CONTROLS, BACKUP_CONTROL, CONFIGURATIONS, complianceApi } from '../../../test/compliance-flow.ts';
import { openWorld, type World } from '../../../test/world.ts';

const GLOBAL = '00000000-0000-0000-0000-000000000000';

let world: World;
let token: Headers;
let api: ReturnType<typeof complianceApi>;
const ask: (typeof api)['ask'] = (...asked) => api.ask(...asked);
const create: (typeof api)['create'] = (...asked) => api.create(...asked);

beforeAll(async () => {
  world = await openWorld();
  token = await clumioToken(world, world.organizations.branch);
  api = complianceApi(world, token);
});

afterAll(() => world?.close());

const days = (value: number) => ({ unit: 'days', value });
const filtered = (path: string, filter: object) => `${path}?filter=${encodeURIComponent(JSON.stringify(filter))}`;

interface Page {
  readonly _embedded: { readonly items: readonly { readonly id: string }[] };
  readonly _links: Readonly<Record<string, { readonly href: string }>>;
}

describe('a configuration', () => {
  test('is answered as it was given: what was absent or null is not filled in', async () => {
    const given = {
      name: 'Whole',
      description: 'All of it',
      notification: { email_list: ['a@b.example'] },
      schedule: { frequency: 'monthly', start_time: '02:30', day_of_month: -1, timezone: 'Europe/Berlin' },
      parameter: {
        controls: ALL_CONTROLS,
        filters: {
          asset: { groups: [{ type: 'aws', id: '1111' }, { region: 'us-west-2' }], tag_op_mode: 'and', tags: [] },
          common: { asset_types: ['aws_ebs_volume'], data_sources: ['aws'], organizational_units: [GLOBAL] },
        },
      },
    };
    const made = await create(given);
    expect(made).toMatchObject({ ...given, _embedded: null, latest_run: null });
    expect(made.parameter).toEqual(given.parameter);
    expect(made.schedule).toEqual(given.schedule);
    const read = await ask('GET', `${CONFIGURATIONS}/${made.id}`);
    expect(read.headers['content-type']).toBe('application/api.clumio.report-compliance=v1+json');
    expect(read.json()).toEqual(made);
    const nulls = {
      name: 'Little',
      description: null,
      notification: null,
      schedule: null,
      parameter: {
        controls: { ...BACKUP_CONTROL, policy: null },
        filters: { asset: null, common: { data_sources: [] } },
      },
    };
    const little = await create(nulls);
    expect(little).toMatchObject({ description: null, notification: null });
    expect(little.schedule).toEqual({ frequency: 'daily', start_time: '00:00', timezone: 'UTC' });
    expect(little.parameter).toEqual({ controls: BACKUP_CONTROL, filters: { common: { data_sources: [] } } });
  });

  test('is replaced as a whole, and gone when deleted', async () => {
    const { id } = await create({ description: 'before' });
    const body = {
      name: 'After',
      parameter: { controls: { asset_protection: { should_ignore_deactivated_policy: true } } },
    };
    const after = await ask('PUT', `${CONFIGURATIONS}/${id}`, body);
    expect(after.json()).toMatchObject({ id, ...body, description: null });
    const gone = await ask('DELETE', `${CONFIGURATIONS}/${id}`);
    expect([gone.statusCode, gone.body]).toEqual([200, '{}']);
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await ask(method, `${CONFIGURATIONS}/${id}`)).statusCode).toBe(404);
    }
    expect((await ask('PUT', `${CONFIGURATIONS}/${id}`, body)).statusCode).toBe(404);
  });

  const bad: [string, object][] = [
    ['name', { name: ' ' }],
    ['parameter', { parameter: null }],
    ['parameter.controls', { parameter: { controls: {} } }],
    ['should_ignore_deactivated_policy', { parameter: { controls: { asset_protection: {} } } }],
    ['minimum_retention_duration', { parameter: { controls: { policy: {} } } }],
    ['unit', { parameter: { controls: { policy: { minimum_retention_duration: { unit: 'eons', value: 1 } } } } }],
    ['value', { parameter: { controls: { policy: { minimum_retention_duration: days(0) } } } }],
    ['100 years', { parameter: { controls: { policy: { minimum_retention_duration: days(2 ** 31 - 1) } } } }],
    [
      'window_size',
      {
        parameter: {
          controls: {
            asset_backup: {
              ...BACKUP_CONTROL.asset_backup,
              look_back_period: days(90),
              window_size: { unit: 'minutes', value: 1 },
            },
          },
        },
      },
    ],
    ['day_of_week', { schedule: { frequency: 'weekly', start_time: '00:00' } }],
    ['day_of_month', { schedule: { frequency: 'monthly', start_time: '00:00' } }],
    ['day_of_month', { schedule: { frequency: 'monthly', start_time: '00:00', day_of_month: 29 } }],
    ['start_time', { schedule: { frequency: 'daily', start_time: '24:00' } }],
    ['timezone', { schedule: { frequency: 'daily', start_time: '00:00', timezone: 'Nowhere/Else' } }],
    ['email_list', { notification: { email_list: ['nobody'] } }],
    ['data_sources', { parameter: { controls: BACKUP_CONTROL, filters: { common: { data_sources: ['tape'] } } } }],
    [
      'organizational_unit',
      { parameter: { controls: BACKUP_CONTROL, filters: { common: { organizational_units: ['nobody'] } } } },
    ],
  ];
  test.each(bad)('is refused where %s is wrong: %j', async (where, body) => {
    const answer = await ask('POST', CONFIGURATIONS, { name: 'Bad', parameter: { controls: BACKUP_CONTROL }, ...body });
    expect([answer.statusCode, answer.json().errors[0].error_code]).toEqual([400, 111]);
    expect(answer.body).toContain(where);
  });

  test('may name only units in reach', async () => {
    const { sibling } = world.organizations;
    const filters = { common: { organizational_units: [sibling.uuid] } };
    expect(
      (await ask('POST', CONFIGURATIONS, { name: 'x', parameter: { controls: BACKUP_CONTROL, filters } })).statusCode,
    ).toBe(400);
  });

  test('is found in its unit and above, nowhere else', async () => {
    const { office, sibling, provider } = world.organizations;
    const { id } = await create({}, inContext(token, office.uuid));
    const status = async (headers: Headers) =>
      (await ask('GET', `${CONFIGURATIONS}/${id}`, undefined, headers)).statusCode;
    expect(await status(token)).toBe(200);
    expect(await status(inContext(token, office.uuid))).toBe(200);
    expect(await status(await clumioToken(world, provider))).toBe(200);
    const others = await clumioToken(world, sibling);
    expect(await status(others)).toBe(404);
    const listed = (await ask('GET', `${CONFIGURATIONS}?limit=1000`, undefined, others)).json();
    expect(listed._embedded.items).toEqual([]);
    const own = (await create()).id;
    expect((await ask('GET', `${CONFIGURATIONS}/${own}`, undefined, inContext(token, office.uuid))).statusCode).toBe(
      404,
    );
  });
});

describe('the list of configurations', () => {
  test('is read to its end by tokens that need no encoding, without totals', async () => {
    const name = 'Paged ÄÖ';
    const made = new Set<string>();
    for (let n = 0; n < 7; n += 1) made.add((await create({ name: `${name} ${n}` })).id);
    const path = filtered(CONFIGURATIONS, { report_name: { $contains: 'PAGED äö' } });
    const seen: string[] = [];
    let start: string | undefined = '';
    while (start !== undefined) {
      const page: Page = (await ask('GET', `${path}&limit=3&start=${start}`)).json();
      expect(Object.keys(page)).toEqual(['_embedded', '_links', 'current_count', 'filter_applied', 'limit', 'start']);
      expect(page).toMatchObject({ limit: 3, start, current_count: page._embedded.items.length });
      expect(Object.keys(page._links)).toEqual(
        expect.arrayContaining(['_self', '_first', 'create-compliance-report-configuration']),
      );
      seen.push(...page._embedded.items.map(({ id }) => id));
      start = page._links._next?.href.split('start=')[1];
      if (start !== undefined) expect(start).toMatch(/^[\w-]+$/);
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(made);
  });

  test.each(['x', '12', 'bm9uZQ', '%00', 'ä'])('refuses the token %s', async (start) => {
    expect((await ask('GET', `${CONFIGURATIONS}?start=${start}`)).statusCode).toBe(400);
  });
});
