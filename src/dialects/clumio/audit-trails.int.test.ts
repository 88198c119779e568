import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clumioToken, type Headers, inContext } from '../../../test/clumio-api.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { type AuditInput, appendAudits, verifyAudit } from '../../control/audit.ts';
import { inTransaction } from '../../control/transaction.ts';
import type { Actor } from '../../model/scope.ts';

interface Item {
  readonly id: string;
  readonly timestamp: string;
  readonly user_email: string;
  readonly ip_address: string;
  readonly interface: string;
  readonly category: string;
  readonly action: string;
  readonly status: string;
  readonly primary_entity: { readonly id: string; readonly type: string; readonly value: string };
  readonly parent_entity: { readonly id: string; readonly type: string; readonly value: string };
  readonly details: string;
  readonly details_json: { readonly request_body: string };
}

const GLOBAL = '00000000-0000-0000-0000-000000000000';
const SECRETS = /secret|password|hash/i;

let world: World;
let token: Headers;
let everything: readonly Item[];

beforeAll(async () => {
  world = await openWorld();
  world.nowMs = Date.now() + 60_000;
  token = await clumioToken(world, world.organizations.branch);
  await write(fc.sample(anyEntry(), { numRuns: 300, seed: 7 }));
  everything = await list({ limit: '10000' });
}, 60_000);

afterAll(() => world?.close());

const ACTORS: readonly Actor[] = [
  { type: 'user', id: 'u1', label: 'ann@example.com', from: '192.0.2.1', via: 'belfry-v1' },
  { type: 'user', id: 'u2', label: 'bob@example.com', from: '192.0.2.2', via: 'console' },
  { type: 'client', id: 'c1', label: 'backup script', from: '192.0.2.1', via: 'clumio' },
  { type: 'operator', id: 'local', label: 'operator', from: 'local', via: 'belfry-v1' },
  { type: 'system', id: 'apply-retention', label: 'apply-retention', from: 'local', via: 'jobs' },
];

function anyEntry(): fc.Arbitrary<AuditInput> {
  const { branch, office, sibling, provider } = world.organizations;
  const object = fc.constantFrom('user', 'client', 'alarm', 'organization', 'import', 'gadget');
  return fc
    .record({
      actor: fc.constantFrom(...ACTORS),
      object,
      verb: fc.constantFrom('create', 'sign_in', 'disable', 'change', 'start', 'polish'),
      id: fc.constantFrom('a', 'b', 'c'),
      label: fc.constantFrom(undefined, 'vol-0a5f', 'VOL-0A77', '100% of_it', 'back\\slash'),
      where: fc.constantFrom(branch, office, sibling, provider, null),
      result: fc.constantFrom('success' as const, 'failure' as const, 'partial_success' as const),
    })
    .map(({ actor, object: objectType, verb, id, label, where, result }) => ({
      actor,
      action: `${objectType}.${verb}`,
      objectType,
      objectId: objectType === 'organization' ? String((where ?? provider).id) : id,
      ...(label !== undefined && { objectLabel: label }),
      organizationId: where?.id ?? null,
      result,
    }));
}

const write = (entries: readonly AuditInput[]) =>
  inTransaction(world.context.control.db, (trx) => appendAudits(trx, entries));

async function list(query: Readonly<Record<string, string>>, headers = token): Promise<readonly Item[]> {
  const answer = await world.app.inject({ url: '/audit-trails', query: { ...query }, headers });
  expect(answer.statusCode, answer.payload.slice(0, 500)).toBe(200);
  const { _embedded, current_count, total_count } = answer.json();
  expect(current_count).toBe(_embedded.items.length);
  if (query.limit === '10000') expect(total_count).toBe(current_count);
  return _embedded.items;
}

describe('the trail', () => {
  test('is of the unit and those below it, newest first', async () => {
    const { branch, office, sibling } = world.organizations;
    const counted = await world.context.control.db
      .selectFrom('auditEntries')
      .select((select) => select.fn.countAll<number>().as('entries'))
      .where('organizationId', 'in', [branch.id, office.id])
      .executeTakeFirstOrThrow();
    expect(everything).toHaveLength(counted.entries);
    expect(new Set(everything.map(({ id }) => id)).size).toBe(everything.length);
    const times = everything.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted().toReversed());
    const within = await list({ limit: '10000' }, inContext(token, office.uuid));
    expect(within).toEqual(everything.filter((item) => item.parent_entity.id === office.uuid));
    expect(JSON.stringify(everything)).not.toContain(sibling.uuid);
  });

  test('has nobody and no address for what the system does by itself', () => {
    const shown = new Set(everything.map((item) => [item.user_email, item.ip_address, item.interface].join('|')));
    expect([...shown].toSorted()).toEqual(
      [
        '||',
        'ann@example.com|192.0.2.1|API',
        'backup script|192.0.2.1|API',
        'bob@example.com|192.0.2.2|UI',
        'operator||CLI',
      ].toSorted(),
    );
  });

  test('tells details twice, as JSON and as text, and no secret', () => {
    for (const item of everything) {
      expect(JSON.parse(item.details)).toEqual(item.details_json);
      expect(item.details).not.toMatch(SECRETS);
    }
  });

  test('does not tell where above the token its unit hangs', () => {
    expect(JSON.stringify(everything)).not.toContain(String(world.organizations.provider.id));
  });

  test('is read page by page to its end', async () => {
    const pages = Math.ceil(everything.length / 37);
    const read: Item[] = [];
    for (let page = 1; page <= pages; page += 1) read.push(...(await list({ limit: '37', start: String(page) })));
    expect(read).toEqual(everything);
    expect(await list({ limit: '37', start: String(pages + 1) })).toEqual([]);
  });

  test('ends after 90 days, while its entries stay', async () => {
    const before = world.nowMs;
    world.nowMs += 91 * 86_400_000;
    expect(await list({})).toEqual([]);
    world.nowMs = before;
    expect((await verifyAudit(world.context.control.db)).fault).toBeUndefined();
  });
});

describe('a filter of the trail', () => {
  test('by seconds back from now wins over bounds', async () => {
    const bounds = { $gte: '2099-01-01T00:00:00Z', $lt: '1999-01-01T00:00:00Z' };
    const filter = (start: object) => JSON.stringify({ start_timestamp: start });
    expect(await list({ limit: '10000', filter: filter({ ...bounds, $eq: 3600 }) })).toEqual(everything);
    expect(await list({ filter: filter({ $eq: 1 }) })).toEqual([]);
    expect(await list({ filter: filter(bounds) })).toEqual([]);
    expect(await list({ filter: filter({ $gte: '9999-12-31T23:59:59-23:59' }) })).toEqual([]);
    expect(await list({ limit: '10000', filter: filter({ $gte: '0000-01-01T00:00:00+23:59' }) })).toEqual(everything);
  });

  test('finds what satisfies it and nothing else, for any filter', async () => {
    const { office, sibling } = world.organizations;
    const some = (...values: string[]) => fc.subarray(values).map(($in) => ({ $in }));
    const fields = {
      category: some('users', 'authentication', 'organizational_unit', 'gadget', 'none', '%'),
      action: some('create', 'login', 'update', 'polish', 'none'),
      status: some('success', 'failure', 'partial_success', 'odd'),
      user_email: some('ann@example.com', 'backup script', '', 'apply-retention', 'Ann@example.com'),
      ip_address: fc.constantFrom('192.0.2.1', '', 'local', '192.0.2.%').map(($eq) => ({ $eq })),
      'primary_entity.id': some('a', 'b', office.uuid, GLOBAL, String(office.id)),
      'primary_entity.type': fc.oneof(
        some('user', 'organizational_unit', 'organization', 'api_token', 'client'),
        fc.constantFrom('alarm', 'client').map(($eq) => ({ $eq })),
      ),
      'primary_entity.value': some('ol-0a', '0% of_', 'OF?IT', 'k\\s', '_', 'branch'),
      'parent_entity.type': some('organizational_unit', 'aws_environment'),
      'parent_entity.value': some('office', 'Global organizational unit', 'off'),
      'parent_entity.id': some(office.uuid, GLOBAL, 'office', sibling.uuid),
      organizational_unit_id: fc.constantFrom(office.uuid, GLOBAL, sibling.uuid, 'x').map(($eq) => ({ $eq })),
    };
    // A few fields each: of many at once, hardly any entry satisfies all.
    const names = fc.subarray(Object.keys(fields) as (keyof typeof fields)[], { maxLength: 3 });
    const filters = names.chain((chosen) => fc.record(Object.fromEntries(chosen.map((name) => [name, fields[name]]))));
    let found = 0;
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const expected = everything.filter((item) => satisfies(item, filter));
        const actual = await list({ limit: '10000', filter: JSON.stringify(filter) });
        expect(actual).toEqual(expected);
        if (expected.length > 0 && expected.length < everything.length) found += 1;
      }),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(10);
  }, 120_000);
});

type GivenFilter = Readonly<Record<string, { readonly $in?: readonly string[]; readonly $eq?: string }>>;

/** The specification's words about one item, said again without the code under test. */
function satisfies(item: Item, filter: GivenFilter): boolean {
  const any = (field: string, test: (wanted: string) => boolean) => {
    const { $in = [], $eq } = filter[field] ?? {};
    return ($in.length === 0 || $in.some(test)) && ($eq === undefined || test($eq));
  };
  const exactly = (field: string, value: string) => any(field, (wanted) => wanted === value);
  const { primary_entity: primary, parent_entity: parent } = item;
  return (
    exactly('category', item.category) &&
    exactly('action', item.action) &&
    exactly('status', item.status) &&
    exactly('user_email', item.user_email) &&
    exactly('ip_address', item.ip_address) &&
    exactly('primary_entity.id', primary.id) &&
    exactly('primary_entity.type', primary.type) &&
    any('primary_entity.value', (part) => primary.value.toLowerCase().includes(part.toLowerCase())) &&
    exactly('parent_entity.type', parent.type) &&
    exactly('parent_entity.value', parent.value) &&
    any('parent_entity.id', (wanted) => wanted === parent.id || wanted === parent.value) &&
    any('organizational_unit_id', (wanted) => wanted === GLOBAL || wanted === parent.id)
  );
}
