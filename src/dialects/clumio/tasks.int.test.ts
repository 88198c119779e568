import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backupRecord } from '../../../test/backup-records.ts';
import { clumioToken, type Headers, inContext } from '../../../test/clumio-api.ts';
import { askReport, listedReports, writeReports } from '../../../test/report-flow.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { createTask, recordDoneTask } from '../../control/repos/tasks.ts';
import { requestReport } from '../../core/reports/index.ts';
import { seededRandom } from '../../kit/random.ts';
import { PERMISSIONS } from '../../model/scope.ts';

interface Item {
  readonly _etag: string;
  readonly id: string;
  readonly type: string;
  readonly category: string;
  readonly genre: string;
  readonly status: string;
  readonly is_abortable: boolean;
  readonly created_timestamp: string;
  readonly start_timestamp: string | null;
  readonly primary_entity: { readonly id: string; readonly value: string } | null;
}

let world: World;
let token: Headers;
let everything: readonly Item[];

const NOW = Date.parse('2026-01-15T12:00:00Z');
const HOUR = 3_600_000;
const JOBS = 60;
const OWN = 40;

beforeAll(async () => {
  world = await openWorld();
  world.nowMs = NOW;
  const random = seededRandom('tasks');
  const { branch, office, sibling } = world.organizations;
  const { db } = world.context.control;
  // Whole seconds, so that what is shown is what is compared; few of them, so that many tasks share one.
  const moment = () => NOW - random.int(30) * HOUR;
  const jobs = Array.from({ length: JOBS }, (_, number) =>
    backupRecord(new Date(moment()).toISOString(), {
      job: `job ${number}`,
      status: random.pick(['completed', 'failed', 'in_progress', 'queued']),
      category: random.pick(['backup', 'restore']),
      primary_entity: { id: `e${number % 7}`, type: 'aws_ebs_volume', value: `Vol-${number % 5}` },
    }),
  );
  await world.load(branch, jobs.slice(20));
  await world.load(office, jobs.slice(0, 20));
  await world.load(sibling, [backupRecord(new Date(NOW).toISOString(), { job: 'not theirs' })]);
  for (let number = 0; number < OWN; number += 1) {
    const organizationId = random.pick([branch, office]).id;
    const primaryEntity = { id: `e${number % 7}`, type: 'organizational_unit', value: `Vol-${number % 5}` };
    const input = { type: 'organizational_unit_update', category: 'management', organizationId, primaryEntity };
    await (number % 2 === 0 ? createTask : recordDoneTask)(db, input, new Date(moment()));
  }
  await createTask(
    db,
    { type: 'x', category: 'management', organizationId: branch.id },
    new Date(NOW - 200 * 24 * HOUR),
  );
  token = await clumioToken(world, branch);
  everything = await list({ limit: '10000' });
}, 60_000);

afterAll(() => world?.close());

interface Body {
  readonly _embedded: { readonly items: readonly Item[] };
  readonly total_count: number;
  readonly total_pages_count: number;
}

async function page(query: Readonly<Record<string, string>>, headers = token): Promise<Body> {
  const answer = await world.app.inject({ url: '/tasks', query, headers });
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return answer.json();
}

async function list(query: Readonly<Record<string, string>>, headers = token): Promise<readonly Item[]> {
  return (await page(query, headers))._embedded.items;
}

const filtered = (filter: object) => list({ limit: '10000', filter: JSON.stringify(filter) });

describe('the list of tasks', () => {
  test('holds backup jobs and our own, of the unit and below it, newest first, then by greater id', async () => {
    expect(everything).toHaveLength(JOBS + OWN);
    expect(everything.filter(({ genre }) => genre === 'operational')).toHaveLength(JOBS);
    const sorted = everything.toSorted(
      (a, b) => b.created_timestamp.localeCompare(a.created_timestamp) || Number(BigInt(b.id) - BigInt(a.id)),
    );
    expect(everything).toEqual(sorted);
  });

  test.each([7, 50])('is paged by %i to its end without gap or repeat', async (limit) => {
    const found: Item[] = [];
    const { total_pages_count: pages, total_count: total } = await page({ limit: String(limit) });
    expect({ pages, total }).toEqual({ pages: Math.ceil(everything.length / limit), total: everything.length });
    for (let start = 1; start <= pages; start += 1) {
      found.push(...(await list({ limit: String(limit), start: String(start) })));
    }
    expect(found).toEqual(everything);
    expect(await list({ limit: String(limit), start: String(pages + 1) })).toEqual([]);
  });

  test('is filtered like this', async () => {
    const middle = everything[50]?.created_timestamp ?? '';
    const cases: readonly (readonly [filter: object, holds: (item: Item) => boolean])[] = [
      [{ status: { $in: ['failed', 'queued'] } }, ({ status }) => status === 'failed' || status === 'queued'],
      [{ genre: { $eq: 'administrative' } }, ({ genre }) => genre === 'administrative'],
      [{ genre: { $in: ['operational'] }, category: { $eq: 'restore' } }, ({ category }) => category === 'restore'],
      [{ type: { in: ['organizational_unit_update'] } }, ({ type }) => type === 'organizational_unit_update'],
      [{ created_timestamp: { $lte: middle } }, (item) => item.created_timestamp <= middle],
      [{ created_timestamp: { $gt: middle } }, (item) => item.created_timestamp > middle],
      [{ start_timestamp: { $gte: middle } }, (item) => (item.start_timestamp ?? item.created_timestamp) >= middle],
      [{ 'primary_entity.id': { $contains: 'E3' } }, (item) => item.primary_entity?.id === 'e3'],
      [{ 'primary_entity.value': { $contains: 'vol-2' } }, (item) => item.primary_entity?.value === 'Vol-2'],
      [{ 'primary_entity.value': { $in: ['vol-2'] } }, () => false],
      [
        { id: { $in: [everything[3]?.id, everything[70]?.id] } },
        ({ id }) => [3, 70].some((at) => everything[at]?.id === id),
      ],
      [{ status: { $in: ['failed'], $eq: 'queued' } }, () => false],
      [{ status: { $in: [] } }, () => true],
    ];
    for (const [filter, holds] of cases)
      expect(await filtered(filter), JSON.stringify(filter)).toEqual(everything.filter(holds));
  });

  test('refuses what it cannot be filtered by, naming it', async () => {
    for (const filter of [
      '{"color":{"$eq":"red"}}',
      '{"status":{"$gte":"a"}}',
      '{"created_timestamp":{"$lte":"noon"}}',
      '[1]',
    ]) {
      const answer = await world.app.inject({ url: '/tasks', query: { filter }, headers: token });
      expect(answer.statusCode, filter).toBe(400);
      expect(answer.json().errors[0].error_message).toMatch(/color|status|created_timestamp|filter/);
    }
  });
});

test('a task is read by whoever is above it, and not found by others', async () => {
  const [item] = everything;
  const read = (headers: Headers, id = item?.id) => world.app.inject({ url: `/tasks/${id}`, headers });
  expect((await read(token)).json()).toEqual(item);
  for (const one of everything.slice(0, 20)) expect((await read(token, one.id)).json()).toEqual(one);
  const strangers = await clumioToken(world, world.organizations.stranger);
  for (const headers of [strangers, await clumioToken(world, world.organizations.sibling)]) {
    for (const one of everything.slice(0, 20)) expect((await read(headers, one.id)).statusCode).toBe(404);
  }
  for (const id of ['0', '-1', '1e3', '99999999999999999999', 'abc', '9007199254740993']) {
    expect((await read(token, id)).statusCode, id).toBe(404);
  }
  const { office } = world.organizations;
  const inOffice = await list({ limit: '10000' }, inContext(token, office.uuid));
  expect(inOffice.length).toBeGreaterThan(20);
  expect(everything.filter(({ id }) => inOffice.some((one) => one.id === id))).toEqual(inOffice);
});

describe('aborting', () => {
  const abort = (id: string, headers = token, payload: string = '{"status":"aborting"}') =>
    world.app.inject({ method: 'PATCH', url: `/tasks/${id}`, headers, payload });
  const ask = async (): Promise<string> => (await askReport(world, token, { type: 'activity' })).json().task_id;

  test('a report that waits makes it aborted, once and for all', async () => {
    const id = await ask();
    expect((await abort(id)).json()).toMatchObject({
      id,
      status: 'aborting',
      is_abortable: false,
      end_timestamp: null,
    });
    expect((await abort(id)).json()).toMatchObject({ id, status: 'aborting' });
    await writeReports(world);
    const { json } = await world.app.inject({ url: `/tasks/${id}`, headers: token });
    expect(json()).toMatchObject({ status: 'aborted', end_timestamp: expect.any(String) });
    expect((await listedReports(world, token)).filter(({ task_id }) => task_id === id)).toEqual([]);
    expect((await abort(id)).statusCode).toBe(412);
  });

  test('is refused where the task has ended, cannot be stopped, is not theirs, or is not asked to stop', async () => {
    const id = await ask();
    const strangers = await clumioToken(world, world.organizations.stranger);
    const viewer = await clumioToken(world, world.organizations.branch, { scopes: ['reporting_admin'] });
    expect((await abort(id, strangers)).statusCode).toBe(404);
    expect((await abort(id, viewer)).statusCode).toBe(403);
    for (const payload of ['', '{}', '{"status":"aborted"}', '{"status":null}', 'nonsense']) {
      expect((await abort(id, token, payload)).statusCode, payload).toBe(400);
    }
    expect((await abort(id, { ...token, 'if-match': '"stale"' })).statusCode).toBe(412);
    await writeReports(world);
    expect((await abort(id)).statusCode).toBe(412);
    for (const { id: job } of everything.slice(0, 10)) expect((await abort(job)).statusCode).toBe(412);
    const { json } = await world.app.inject({ url: `/tasks/${await ask()}`, headers: token });
    expect((await abort(json().id, { ...token, 'if-match': `"${json()._etag}"` })).statusCode).toBe(200);
    await writeReports(world);
  });

  test('stops a report that is being written', async () => {
    const { provider, branch } = world.organizations;
    const scope = { organization: branch, actor: TEST_ACTOR, permissions: new Set(PERMISSIONS) };
    const question = { type: 'activity', filter: {} } as const;
    const { task } = await requestReport(world.context, scope, {
      fileName: 'x',
      filters: '',
      question,
      root: provider,
    });
    // The task was asked to stop between the query and the moment its file would have been published.
    const publishing = writeReports({
      ...world,
      context: { ...world.context, events: abortingFirst(task.id) },
    } as World);
    await publishing;
    const { json } = await world.app.inject({ url: `/tasks/${task.id}`, headers: token });
    expect(json()).toMatchObject({ status: 'aborted' });
  });

  function abortingFirst(id: string) {
    return new Proxy(world.context.events, {
      get(target, name) {
        if (name !== 'stream') return Reflect.get(target, name);
        return async (...given: Parameters<typeof target.stream>) => {
          await target.stream(...given);
          expect((await abort(id)).statusCode).toBe(200);
        };
      },
    });
  }
});
