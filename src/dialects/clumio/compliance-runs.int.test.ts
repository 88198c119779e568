import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clumioToken, type Headers } from '../../../test/clumio-api.ts';
import {
  ALL_CONTROLS,
  CONFIGURATIONS,
  complianceApi,
  complianceTask,
  loadBackups,
  makeRuns,
} from '../../../test/compliance-flow.ts';
import { fetchLink, parseCsv } from '../../../test/report-flow.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { queueDueRuns } from '../../core/compliance/index.ts';

const GLOBAL = '00000000-0000-0000-0000-000000000000';
const DAY_MS = 86_400_000;

let world: World;
let token: Headers;
let api: ReturnType<typeof complianceApi>;
const ask: (typeof api)['ask'] = (...asked) => api.ask(...asked);
const create: (typeof api)['create'] = (...asked) => api.create(...asked);
const run: (typeof api)['run'] = (...asked) => api.run(...asked);
const runsOf: (typeof api)['runsOf'] = (...asked) => api.runsOf(...asked);

beforeAll(async () => {
  world = await openWorld();
  await loadBackups(world);
  token = await clumioToken(world, world.organizations.branch);
  api = complianceApi(world, token);
});

afterAll(() => world?.close());
const filtered = (path: string, filter: object) => `${path}?filter=${encodeURIComponent(JSON.stringify(filter))}`;

describe('a run', () => {
  test('judges assets and policies, tells why, and hands out its file by link', async () => {
    const { id } = await create({ name: 'Judged', parameter: { controls: ALL_CONTROLS } });
    const asked = await ask('POST', `${CONFIGURATIONS}/${id}/runs?embed=read-task`);
    expect(asked.statusCode).toBe(202);
    const { task_id } = asked.json();
    expect(asked.json()._embedded['read-task']).toMatchObject({
      id: task_id,
      type: 'compliance_report_run',
      status: 'queued',
    });
    const [before] = (await runsOf(id))._embedded.items;
    expect(before).toMatchObject({
      name: `${id} - 01/15/2026`,
      status: 'generating',
      report_config_id: id,
      report_download_link: null,
      compliance_info: null,
      expired: null,
    });
    await makeRuns(world);
    expect((await ask('GET', `/tasks/${task_id}`)).json()).toMatchObject({
      status: 'completed',
      progress_percentage: 100,
    });
    const [made] = (await runsOf(id))._embedded.items;
    expect(made).toMatchObject({
      id: before.id,
      status: 'completed',
      task_id,
      expired: '2026-02-14T12:00:00Z',
      parameter: { controls: ALL_CONTROLS },
      compliance_info: {
        compliance_status: 'non_compliant',
        compliant_count: 3,
        non_compliant_count: 2,
        unknown_count: 2,
        items_covered: { asset_count: 3, policy_count: 1 },
      },
    });
    const file = await fetchLink(world, made.report_download_link);
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringContaining('.csv'),
    });
    const rows = parseCsv(file.body);
    expect(rows.map((row) => [row.control, row.item_name, row.compliance_status, row.organizational_unit_id])).toEqual([
      ['asset_backup', "'=good", 'compliant', GLOBAL],
      ['asset_backup', 'gap', 'non_compliant', GLOBAL],
      ['asset_backup', 'untold', 'unknown', world.organizations.office.uuid],
      ['asset_protection', "'=good", 'compliant', GLOBAL],
      ['asset_protection', 'gap', 'compliant', GLOBAL],
      ['asset_protection', 'untold', 'unknown', world.organizations.office.uuid],
      ['policy', 'Daily', 'non_compliant', GLOBAL],
    ]);
    expect(rows.find(({ control, item_name: name }) => control === 'asset_backup' && name === 'gap')?.reason).toMatch(
      /1 of 3 windows/,
    );
    expect((await ask('GET', `${CONFIGURATIONS}/${id}`)).json().latest_run).toMatchObject({
      id: made.id,
      status: 'completed',
    });
  });

  test('is one, however often its job runs, and whatever becomes of the process', async () => {
    const { id } = await create();
    await run(id);
    await makeRuns(world);
    const [made] = (await runsOf(id))._embedded.items;
    const context = { jobId: 'job', signal: new AbortController().signal };
    const again = (attempt: number) => complianceTask(world).run({ runId: made.id }, { ...context, attempt });
    await Promise.all([again(2), again(3), again(6)]);
    expect((await runsOf(id))._embedded.items).toEqual([made]);
    await run(id, { name: 'Never done' });
    const [other] = (await runsOf(id))._embedded.items;
    await complianceTask(world).run({ runId: other.id }, { ...context, attempt: 6 });
    expect((await runsOf(id))._embedded.items[0]).toMatchObject({ name: 'Never done', status: 'failed' });
    expect((await ask('GET', `/tasks/${other.task_id}`)).json()).toMatchObject({ status: 'failed' });
    await makeRuns(world);
  });

  test('ends with its task, and with its deletion', async () => {
    const { id } = await create();
    const { task_id: aborted } = await run(id);
    expect((await ask('PATCH', `/tasks/${aborted}`, { status: 'aborting' })).statusCode).toBe(200);
    const { task_id: deleted } = await run(id, { name: 'To be deleted' });
    const [, { id: runId }] = (await runsOf(id))._embedded.items.toReversed();
    expect((await ask('DELETE', `${CONFIGURATIONS}/${id}/runs/${runId}`)).body).toBe('{}');
    await makeRuns(world);
    for (const task of [aborted, deleted]) {
      expect((await ask('GET', `/tasks/${task}`)).json()).toMatchObject({ status: 'aborted' });
    }
    expect((await runsOf(id))._embedded.items).toMatchObject([{ status: 'failed', task_id: aborted }]);
  });

  test('is deleted with its file, as all are with their configuration', async () => {
    const { id } = await create();
    await run(id, { name: 'One' });
    await run(id, { name: 'Two' });
    await makeRuns(world);
    const files = () => readdir(world.deps.complianceShelf.folder);
    const before = (await files()).length;
    const [one, two] = (await runsOf(id))._embedded.items;
    expect((await ask('DELETE', `${CONFIGURATIONS}/${id}/runs/${one.id}`)).body).toBe('{}');
    expect((await fetchLink(world, one.report_download_link)).statusCode).toBe(404);
    expect((await files()).length).toBe(before - 1);
    expect((await ask('DELETE', `${CONFIGURATIONS}/${id}/runs/${one.id}`)).statusCode).toBe(404);
    await ask('DELETE', `${CONFIGURATIONS}/${id}`);
    expect((await fetchLink(world, two.report_download_link)).statusCode).toBe(404);
    expect((await files()).length).toBe(before - 2);
  });

  test('is listed by its state and what it found', async () => {
    const parameter = { controls: { asset_protection: { should_ignore_deactivated_policy: false } } };
    const { id } = await create({ name: 'Listed by status', parameter });
    await run(id, { name: 'First' });
    await makeRuns(world);
    await run(id, { name: 'Second' });
    const names = async (filter: object) =>
      (await ask('GET', filtered(`${CONFIGURATIONS}/${id}/runs`, filter)))
        .json()
        ._embedded.items.map(({ name }: { name: string }) => name);
    expect(await names({ status: { $in: ['generating'] } })).toEqual(['Second']);
    expect(await names({ status: { $in: ['completed', 'failed'] } })).toEqual(['First']);
    expect(await names({ compliance_status: { $in: ['unknown'] } })).toEqual(['First']);
    expect(await names({ compliance_status: { $in: ['nothing'] } })).toEqual([]);
    await makeRuns(world);
    const named = { report_name: { $contains: 'listed by' } };
    const configurations = async (status: string) =>
      (await ask('GET', filtered(CONFIGURATIONS, { ...named, compliance_status: { $eq: status } }))).json()
        .current_count;
    expect([await configurations('unknown'), await configurations('compliant')]).toEqual([1, 0]);
  });

  test('is meant for people: that is written down, and nothing is sent', async () => {
    const { id } = await create();
    await run(id);
    const [{ id: runId }] = (await runsOf(id))._embedded.items;
    const path = `${CONFIGURATIONS}/${id}/runs/${runId}/_notify`;
    const notify = (body: object) => ask('POST', path, body);
    expect((await notify({ email_list: ['a@b.example'] })).statusCode).toBe(412);
    await makeRuns(world);
    const answer = await notify({ email_list: ['a@b.example'] });
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { _embedded: null, _links: { _self: { href: path, templated: false, type: 'post' } } },
    ]);
    expect((await notify({ email_list: [] })).statusCode).toBe(400);
    expect((await notify({})).statusCode).toBe(400);
    const trail = await world.context.control.db
      .selectFrom('auditEntries')
      .select('detail')
      .where('action', '=', 'compliance_run.notify')
      .where('objectId', '=', runId)
      .execute();
    expect(trail.map(({ detail }) => JSON.parse(detail ?? ''))).toMatchObject([
      { emailList: ['a@b.example'], sent: false },
    ]);
  });

  test('has a file that was fetched once by whoever fetches it in pieces', async () => {
    const { id } = await create();
    await run(id);
    await makeRuns(world);
    const [{ report_download_link: link, id: runId }] = (await runsOf(id))._embedded.items;
    const whole = (await fetchLink(world, link, { range: 'bytes=0-' })).body;
    const pieces = [
      await fetchLink(world, link, { range: 'bytes=0-9' }),
      await fetchLink(world, link, { range: 'bytes=10-' }),
    ];
    expect(pieces.map(({ body }) => body).join('')).toBe(whole);
    const trail = await world.context.control.db
      .selectFrom('auditEntries')
      .select('action')
      .where('action', '=', 'compliance_run.download')
      .where('objectId', '=', runId)
      .execute();
    expect(trail).toHaveLength(2);
  });

  test('has a link that opens nothing else, and not for ever', async () => {
    const { id } = await create();
    await run(id);
    await makeRuns(world);
    const [{ report_download_link: link, id: runId }] = (await runsOf(id))._embedded.items;
    expect((await fetchLink(world, link.replace(/signature=./, 'signature=!'))).statusCode).toBe(403);
    expect((await fetchLink(world, link.replace(/\?.*/, ''))).statusCode).toBe(401);
    expect((await fetchLink(world, link.replace(/\?.*/, ''), token)).statusCode).toBe(200);
    const foreign = await clumioToken(world, world.organizations.sibling);
    expect((await fetchLink(world, link.replace(/\?.*/, ''), foreign)).statusCode).toBe(404);
    expect((await ask('DELETE', `${CONFIGURATIONS}/${id}/runs/${runId}`, undefined, foreign)).statusCode).toBe(404);
    const now = world.nowMs;
    world.nowMs += 30 * DAY_MS + 1000;
    expect((await fetchLink(world, link)).statusCode).toBe(404);
    expect((await runsOf(id))._embedded.items[0]).toMatchObject({
      report_download_link: null,
      expired: '2026-02-14T12:00:00Z',
    });
    world.nowMs = now;
  });
});

describe('a schedule', () => {
  test('books a run when it is due, one for all the times that were missed, and none twice', async () => {
    const now = Date.parse('2026-01-15T12:00:00Z');
    world.nowMs = now;
    const schedule = { frequency: 'daily', start_time: '13:00', timezone: 'Europe/Berlin' };
    const { id } = await create({ name: 'Scheduled', schedule });
    const booked = async () => (await runsOf(id)).current_count;
    // 13:00 in Berlin was at 12:00 UTC, which is now: the next is tomorrow.
    world.nowMs = now + DAY_MS - 1;
    await queueDueRuns(world.context);
    expect(await booked()).toBe(0);
    world.nowMs = now + DAY_MS;
    await Promise.all([queueDueRuns(world.context), queueDueRuns(world.context)]);
    expect(await booked()).toBe(1);
    world.nowMs = now + 5 * DAY_MS;
    await queueDueRuns(world.context);
    await queueDueRuns(world.context);
    expect(await booked()).toBe(2);
    world.nowMs = now;
  });

  test('that cannot be read or followed keeps no other from being due', async () => {
    const now = Date.parse('2026-01-15T12:00:00Z');
    world.nowMs = now;
    const daily = (hour: number) => ({ frequency: 'daily', start_time: `0${hour}:00`, timezone: 'UTC' });
    const [unreadable, nowhere, sound] = [
      await create({ name: 'Unreadable', schedule: daily(1) }),
      await create({ name: 'Nowhere', schedule: daily(2) }),
      await create({ name: 'Sound', schedule: daily(3) }),
    ];
    const store = (id: string, schedule: string) =>
      world.context.control.db.updateTable('complianceConfigurations').set({ schedule }).where('id', '=', id).execute();
    await store(unreadable.id, '{"frequency":');
    await store(nowhere.id, JSON.stringify({ frequency: 'daily', startTime: '02:00', timezone: 'Mars/Olympus' }));
    world.nowMs = now + DAY_MS;
    const queued = queueDueRuns(world.context).catch((error: unknown) => String(error));
    expect(await queued).toMatch(new RegExp(`${unreadable.id}.*${nowhere.id}.*Mars/Olympus`));
    expect((await runsOf(sound.id)).current_count).toBe(1);
    await store(unreadable.id, JSON.stringify({ frequency: 'daily', startTime: '01:00', timezone: 'UTC' }));
    await store(nowhere.id, JSON.stringify({ frequency: 'daily', startTime: '02:00', timezone: 'UTC' }));
    world.nowMs = now;
  });
});
