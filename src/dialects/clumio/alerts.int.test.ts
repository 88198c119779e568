import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { backupRecord } from '../../../test/backup-records.ts';
import { clumioToken, type Headers, inContext } from '../../../test/clumio-api.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { recordDetections } from '../../core/alarms/index.ts';
import { deriveAlerts } from '../../core/alerts/index.ts';

const GLOBAL = '00000000-0000-0000-0000-000000000000';
const INDIVIDUAL = '/alerts/individual';
const CONSOLIDATED = '/alerts/consolidated';

let world: World;
let token: Headers;

const volume = (value: string) => ({ id: `arn:${value}`, type: 'aws_ebs_volume', value });
const place = { id: '', type: 'aws_environment', value: '1111/eu-west-1' };

beforeAll(async () => {
  world = await openWorld();
  const { branch, office, sibling } = world.organizations;
  const failed = (hour: number, job: string, told: object) =>
    backupRecord(`2026-01-15T0${hour}:00:00.500Z`, {
      job,
      status: 'failed',
      message: 'no space',
      parent_entity: place,
      ...told,
    });
  await world.load(branch, [
    failed(1, 'a', { primary_entity: volume('Vol-A') }),
    failed(2, 'b', { primary_entity: volume('Vol-A') }),
    failed(3, 'c', { primary_entity: volume('vol-b') }),
    failed(4, 'd', {
      primary_entity: volume('vol-c'),
      category: 'restore',
      type: 'aws_ebs_volume_file_restore',
      policy_name: 'P',
    }),
    backupRecord('2026-01-15T05:00:00Z', { job: 'e', primary_entity: volume('vol-b'), parent_entity: place }),
  ]);
  await world.load(office, [
    failed(6, 'f', { primary_entity: volume('vol-o'), parent_entity: { id: '', type: '', value: '' } }),
  ]);
  await world.load(sibling, [failed(7, 'g', { primary_entity: volume('foreign') })]);
  await recordDetections(world.context, [testMatch(branch)], { name: 'test', watermark: 1 });
  await deriveAlerts(world.context);
  token = await clumioToken(world, branch);
});

afterAll(() => world?.close());

interface Item {
  readonly id: string;
  readonly type: string;
  readonly consolidated_alert_id: string;
  readonly primary_entity: { readonly value: string };
}

const get = (url: string, headers = token) => world.app.inject({ url, headers });
const patch = (url: string, body: unknown, headers = token) =>
  world.app.inject({ method: 'PATCH', url, headers, payload: JSON.stringify(body) });
const filtered = (path: string, filter: object, more = '') =>
  `${path}?filter=${encodeURIComponent(JSON.stringify(filter))}${more}`;
const items = async (url: string, headers = token): Promise<Item[]> => (await get(url, headers)).json()._embedded.items;
const names = async (filter: object, more = '') =>
  (await items(filtered(INDIVIDUAL, filter, more))).map((item) => item.primary_entity.value);

describe('individual alerts', () => {
  test('are listed newest first, with what is known of them', async () => {
    const answer = await get(INDIVIDUAL);
    expect(answer.headers['content-type']).toBe('application/api.clumio.individual-alerts=v1+json');
    expect(answer.json()).toMatchObject({ total_count: 5, sort_applied: '-raised_timestamp', start: '1' });
    const [alarm, office, restore, second, first] = answer.json()._embedded.items;
    expect(alarm).toMatchObject({ type: 'security_alarm', parent_entity: { id: GLOBAL, type: 'organizational_unit' } });
    expect(office).toMatchObject({
      parent_entity: { id: world.organizations.office.uuid, type: 'organizational_unit', value: 'office' },
    });
    expect(restore).toMatchObject({ type: 'file_restore_failed', details: { variables: { policy_name: 'P' } } });
    expect(second).toMatchObject({ status: 'cleared', cleared_timestamp: '2026-01-15T05:00:00Z' });
    expect(first).toMatchObject({
      _embedded: null,
      type: 'policy_violated',
      cause: 'backup_failed',
      severity: 'error',
      status: 'active',
      notes: '',
      raised_count: 2,
      raised_timestamp: '2026-01-15T01:00:00Z',
      updated_timestamp: '2026-01-15T02:00:00Z',
      cleared_timestamp: null,
      primary_entity: volume('Vol-A'),
      parent_entity: place,
      details: { cause: 'backup_failed', description: 'no space', type: 'policy_violated' },
      tags: [],
    });
    expect(Object.keys(first._links)).toEqual(['_self', 'read-consolidated-alert', 'update-individual-alert']);
    expect((await get(first._links._self.href)).json()).toEqual(first);
  });

  test('are filtered by each field, and sorted', async () => {
    const all = ['10.0.0.1', 'vol-o', 'vol-c', 'vol-b', 'Vol-A'];
    expect(await names({})).toEqual(all);
    expect(await names({}, '&sort=raised_timestamp')).toEqual(all.toReversed());
    expect(await names({ status: { $in: ['cleared'] } }, '&sort=-cleared_timestamp')).toEqual(['vol-b']);
    expect(await names({ type: { $in: ['policy_violated'] } })).toEqual(['vol-o', 'vol-b', 'Vol-A']);
    expect(await names({ type: { $in: ['tag_conflict'] } })).toEqual([]);
    expect(await names({ severity: { $in: ['warning'] } })).toEqual(['10.0.0.1']);
    expect(await names({ 'primary_entity.value': { $contains: 'VOL-a' } })).toEqual(['Vol-A']);
    expect(
      await names({ 'primary_entity.id': { $eq: 'arn:vol-c' }, 'primary_entity.type': { $eq: 'aws_ebs_volume' } }),
    ).toEqual(['vol-c']);
    expect(await names({ raised_timestamp: { $gte: '2026-01-15T03:00:00Z', $lte: '2026-01-15T04:00:00Z' } })).toEqual([
      'vol-c',
      'vol-b',
    ]);
    expect(await names({ updated_timestamp: { $lte: '2026-01-15T02:00:00Z' } })).toEqual(['Vol-A']);
    expect(await names({ cleared_timestamp: { $gte: '2026-01-15T00:00:00Z' } })).toEqual(['vol-b']);
    const unit = { 'parent_entity.id': { $eq: GLOBAL }, 'parent_entity.type': { $eq: 'organizational_unit' } };
    expect(await names(unit)).toEqual(['10.0.0.1']);
    const [first] = (await items(INDIVIDUAL)).slice(-1);
    expect(await names({ consolidated_alert_id: { $eq: first?.consolidated_alert_id } })).toEqual(['vol-b', 'Vol-A']);
  });

  test.each([
    filtered(INDIVIDUAL, { 'parent_entity.id': { $eq: 'x' } }),
    filtered(INDIVIDUAL, { 'parent_entity.type': { $eq: 'x' } }),
    filtered(CONSOLIDATED, { 'parent_entity.type': { $eq: 'x' } }),
    filtered(CONSOLIDATED, { type: { $in: ['policy_violated'] } }),
    `${INDIVIDUAL}?sort=severity`,
    `${INDIVIDUAL}?sort=--raised_timestamp`,
    `${INDIVIDUAL}?embed=everything`,
  ])('refuse %s', async (url) => {
    expect((await get(url)).statusCode).toBe(400);
  });

  test('bring the alert they are consolidated in', async () => {
    const [last] = (await get(`${INDIVIDUAL}?embed=read-consolidated-alert`)).json()._embedded.items.slice(-1);
    const consolidated = (await get(`${CONSOLIDATED}/${last.consolidated_alert_id}`)).json();
    expect(last._embedded['read-consolidated-alert']).toEqual(consolidated);
    expect(consolidated).toMatchObject({
      status: 'active',
      active_entity_count: 1,
      cleared_entity_count: 1,
      raised_timestamp: '2026-01-15T01:00:00Z',
      parent_entity: place,
      details: { cause: 'backup_failed', type: 'policy_violated' },
    });
  });

  test('are read page by page, the order kept', async () => {
    const seen: string[] = [];
    let url: string | undefined = `${INDIVIDUAL}?limit=2&sort=updated_timestamp`;
    while (url !== undefined) {
      const page: { _embedded: { items: Item[] }; _links: { _next?: { href: string } }; sort_applied: string } = (
        await get(url)
      ).json();
      expect(page.sort_applied).toBe('updated_timestamp');
      seen.push(...page._embedded.items.map(({ id }) => id));
      url = page._links._next?.href;
    }
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });

  test('take notes and are cleared, never to be active again by hand', async () => {
    const [alert] = (await items(INDIVIDUAL)).slice(-1);
    const url = `${INDIVIDUAL}/${alert?.id}`;
    expect((await patch(url, { notes: 'seen', status: null })).json()).toMatchObject({
      notes: 'seen',
      status: 'active',
    });
    const cleared = (await patch(url, { status: 'cleared' })).json();
    expect(cleared).toMatchObject({ notes: 'seen', status: 'cleared', cleared_timestamp: '2026-01-15T12:00:00Z' });
    expect((await patch(url, { status: 'cleared' })).json()).toEqual(cleared);
    expect((await patch(url, { notes: '' })).json().notes).toBe('');
    for (const body of [{ status: 'active' }, { notes: 'x'.repeat(1024) }, { notes: 7 }, 'notes']) {
      expect((await patch(url, body)).statusCode).toBe(400);
    }
    expect((await patch(url, { notes: 'x'.repeat(1023) })).statusCode).toBe(200);
  });
});

describe('alerts', () => {
  test('are those of the unit and below, changed by whoever may', async () => {
    const { office, sibling } = world.organizations;
    expect((await items(INDIVIDUAL, inContext(token, office.uuid))).map((item) => item.primary_entity.value)).toEqual([
      'vol-o',
    ]);
    expect(await items(CONSOLIDATED, inContext(token, office.uuid))).toHaveLength(1);
    const foreign = await clumioToken(world, sibling);
    expect((await items(INDIVIDUAL, foreign)).map((item) => item.primary_entity.value)).toEqual(['foreign']);
    const [alert] = await items(INDIVIDUAL);
    for (const url of [`${INDIVIDUAL}/${alert?.id}`, `${CONSOLIDATED}/${alert?.consolidated_alert_id}`]) {
      expect((await get(url, foreign)).statusCode).toBe(404);
      expect((await patch(url, { notes: 'x' }, foreign)).statusCode).toBe(404);
    }
    const reader = await clumioToken(world, world.organizations.branch, { scopes: ['reporting_admin'] });
    const read = (await get(`${INDIVIDUAL}/${alert?.id}`, reader)).json();
    expect(Object.keys(read._links)).not.toContain('update-individual-alert');
    expect((await patch(`${INDIVIDUAL}/${alert?.id}`, { notes: 'x' }, reader)).statusCode).toBe(403);
  });

  test('are consolidated by parent entity, type and cause, and cleared together', async () => {
    const consolidated = (await get(CONSOLIDATED)).json();
    expect(consolidated.total_count).toBe(4);
    const active = (await items(filtered(CONSOLIDATED, { status: { $in: ['active'] } })))[0];
    const url = `${CONSOLIDATED}/${active?.id}`;
    expect((await patch(url, { notes: 'all of them', status: 'cleared' })).json()).toMatchObject({
      notes: 'all of them',
      status: 'cleared',
      active_entity_count: 0,
      cleared_entity_count: 1,
    });
    expect(
      (
        await get(filtered(INDIVIDUAL, { consolidated_alert_id: { $eq: active?.id }, status: { $in: ['active'] } }))
      ).json().total_count,
    ).toBe(0);
  });
});
