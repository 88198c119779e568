import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LogRecord, openRecordHarness, type RecordHarness } from '../../../test/record-harness.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kit/durations.ts';
import type { ComplianceControls, ComplianceParameter, ComplianceStatus, Duration } from '../../model/compliance.ts';
import { backupsKnownSince, countComplianceItems } from './compliance-counts.ts';
import { type ComplianceQuestion, complianceItemsSql } from './compliance-items.ts';

let harness: RecordHarness;
let lastOrg = 0;

beforeAll(async () => {
  harness = await openRecordHarness();
});

afterAll(() => harness?.close());

const MOMENT = Date.parse('2026-03-31T12:00:00Z');

interface Backup {
  readonly org: number;
  readonly asset: string;
  readonly type: string;
  readonly at: number;
  readonly status: string;
  readonly policy: string;
  readonly keptUntil: number | null;
  /** Format that told of it. */
  readonly parent: string;
}

const engineTime = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '000');

let lastJob = 0;

async function store(backups: readonly Backup[]): Promise<void> {
  for (const org of new Set(backups.map((backup) => backup.org))) {
    const records = backups.filter((backup) => backup.org === org).map(toRecord);
    await harness.insert(org, records);
  }
}

function toRecord({ asset, type, at, status, policy, keptUntil, parent }: Backup): LogRecord {
  lastJob += 1;
  return {
    time: engineTime(at + MINUTE_MS),
    kind: 'backup',
    backup_job: {
      job: String(lastJob),
      category: 'backup',
      status,
      created: engineTime(at),
      primary_entity: { id: asset, type, value: `name of ${asset}` },
      parent_entity: { id: `id of ${parent}`, type: 'aws_environment', value: parent },
      policy_id: policy,
      policy_name: policy && `name of ${policy}`,
      kept_until: keptUntil === null ? null : engineTime(keptUntil),
    },
  };
}

interface Item {
  readonly org: number;
  readonly control: string;
  readonly item_type: string;
  readonly item_id: string;
  readonly item_name: string;
  readonly entity_type: string;
  readonly parent_value: string;
  readonly policy_id: string;
  readonly compliance_status: ComplianceStatus;
  readonly reason: string;
}

async function ask(
  organizationIds: readonly number[],
  parameter: ComplianceParameter,
): Promise<{ items: Item[]; question: ComplianceQuestion }> {
  const knownSinceUs = await backupsKnownSince(harness.store, organizationIds);
  const question = { organizationIds, parameter, momentMs: MOMENT, knownSinceUs };
  const { sql, parameters } = complianceItemsSql(question);
  const items = await harness.store.query<Item>(
    `SELECT * FROM (${sql}) ORDER BY control, org, entity_type, item_id`,
    parameters,
  );
  return { items, question };
}

/** The same question answered with loops. */
class Oracle {
  readonly #all: readonly Backup[];
  readonly #parameter: ComplianceParameter;

  constructor(all: readonly Backup[], parameter: ComplianceParameter) {
    this.#all = all.filter(({ at }) => at < MOMENT);
    this.#parameter = parameter;
  }

  statuses(): Map<string, ComplianceStatus> {
    const { assetBackup, assetProtection, policy } = this.#parameter.controls;
    const found = new Map<string, ComplianceStatus>();
    for (const [key, backups] of grouped(this.#assets(), ({ org, type, asset }) => `${org}/${type}/${asset}`)) {
      if (assetBackup) found.set(`asset_backup/${key}`, this.#backedUp(backups, assetBackup));
      if (assetProtection) found.set(`asset_protection/${key}`, this.#covered(backups, assetProtection));
    }
    const under = this.#common().filter((backup) => backup.policy !== '');
    for (const [key, backups] of policy ? grouped(under, ({ org, policy: id }) => `${org}//${id}`) : []) {
      if (policy) found.set(`policy/${key}`, this.#meets(backups, policy));
    }
    return found;
  }

  #common(): Backup[] {
    const { assetTypes = [], dataSources = [] } = this.#parameter.filters?.common ?? {};
    return this.#all.filter(
      ({ type }) =>
        (assetTypes.length === 0 || assetTypes.includes(type)) &&
        (dataSources.length === 0 || dataSources.some((source) => type.startsWith(source))),
    );
  }

  #assets(): Backup[] {
    const { groups = [] } = this.#parameter.filters?.asset ?? {};
    const isIn = ({ parent }: Backup) =>
      groups.some(
        ({ id, region }) => (!id || parent.startsWith(`${id}/`)) && (!region || parent.endsWith(`/${region}`)),
      );
    return this.#common().filter((backup) => groups.length === 0 || isIn(backup));
  }

  #backedUp(backups: readonly Backup[], control: NonNullable<ComplianceControls['assetBackup']>): ComplianceStatus {
    const earliest = shifted(MOMENT, control.lookBackPeriod, -1);
    const knownSince = Math.min(...this.#all.filter(({ org }) => org === backups[0]?.org).map(({ at }) => at));
    let status: ComplianceStatus = 'compliant';
    const start = (n: number) => shifted(MOMENT, control.windowSize, -n);
    const isOne = start(1) < earliest;
    for (let n = 1; isOne ? n === 1 : start(n) >= earliest; n += 1) {
      const [from, to] = [isOne ? earliest : start(n), start(n - 1)];
      const inside = backups.filter(({ at, status: ended }) => ended === 'completed' && at >= from && at < to);
      if (
        inside.some(
          ({ at, keptUntil }) => keptUntil !== null && keptUntil >= shifted(at, control.minimumRetentionDuration, 1),
        )
      ) {
        continue;
      }
      if (from >= knownSince && !inside.some(({ keptUntil }) => keptUntil === null)) return 'non_compliant';
      status = 'unknown';
    }
    return status;
  }

  #covered(
    backups: readonly Backup[],
    { shouldIgnoreDeactivatedPolicy }: NonNullable<ComplianceControls['assetProtection']>,
  ): ComplianceStatus {
    const isRecent = ({ at }: Backup) => at > MOMENT - 31 * DAY_MS;
    const under = backups.filter(({ policy }) => policy !== '').sort((a, b) => b.at - a.at);
    const [last] = under;
    if (under.some(isRecent)) return 'compliant';
    const others = this.#all.filter(({ org }) => org === backups[0]?.org);
    if (last !== undefined) {
      const active = others.some((other) => other.policy === last.policy && isRecent(other));
      return !active && shouldIgnoreDeactivatedPolicy ? 'compliant' : 'non_compliant';
    }
    return others.some(({ policy }) => policy !== '') ? 'non_compliant' : 'unknown';
  }

  #meets(
    backups: readonly Backup[],
    { minimumRetentionDuration, minimumRpoFrequency: frequency }: NonNullable<ComplianceControls['policy']>,
  ): ComplianceStatus {
    const since = Math.min(MOMENT - 31 * DAY_MS, frequency ? shifted(MOMENT, frequency, -2) : MOMENT);
    const recent = backups.filter(({ at, status }) => at > since && status === 'completed');
    if (recent.length === 0) return frequency ? 'non_compliant' : 'unknown';
    if (
      recent.some(({ at, keptUntil }) => keptUntil !== null && keptUntil < shifted(at, minimumRetentionDuration, 1))
    ) {
      return 'non_compliant';
    }
    for (const [, ofOne] of grouped(recent, ({ type, asset }) => `${type}/${asset}`)) {
      const times = [...ofOne.map(({ at }) => at).sort((a, b) => a - b), MOMENT];
      const isLate = (at: number, index: number) =>
        index > 0 && at > shifted(times[index - 1] ?? 0, frequency ?? YEARS, 1) + HOUR_MS;
      if (times.some(isLate)) return 'non_compliant';
    }
    return recent.some(({ keptUntil }) => keptUntil === null) ? 'unknown' : 'compliant';
  }
}

const YEARS: Duration = { unit: 'years', value: 90 };

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** An instant moved by so many durations, month ends staying within their month. */
function shifted(ms: number, { unit, value }: Duration, times: number): number {
  const fixed = { minutes: MINUTE_MS, hours: HOUR_MS, days: DAY_MS, weeks: 7 * DAY_MS };
  if (unit !== 'months' && unit !== 'years') return ms + value * times * fixed[unit];
  const months = value * times * (unit === 'years' ? 12 : 1);
  const from = new Date(ms);
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return first.getTime() + (Math.min(from.getUTCDate(), days) - 1) * DAY_MS + (ms % DAY_MS);
}

const duration = (most: number, ...units: Duration['unit'][]): fc.Arbitrary<Duration> =>
  fc.record({ unit: fc.constantFrom(...units), value: fc.integer({ min: 1, max: most }) });
const retention = fc.oneof(duration(60, 'days'), duration(3, 'weeks', 'months'), duration(1, 'years'));

const anyBackup = fc.record({
  asset: fc.constantFrom('a', 'b', 'c'),
  type: fc.constantFrom('aws_ebs_volume', 'vmware_vm'),
  // Many at the bounds of windows.
  at: fc.oneof(
    fc.integer({ min: 0, max: 80 * 24 }).map((hours) => MOMENT - hours * HOUR_MS),
    fc.integer({ min: 0, max: 12 }).map((days) => MOMENT - days * DAY_MS + 1),
  ),
  status: fc.constantFrom('completed', 'completed', 'completed', 'failed', 'in_progress'),
  policy: fc.constantFrom('', 'p1', 'p2'),
  keptFor: fc.option(retention, { freq: 4 }),
  parent: fc.constantFrom('111/us-west-2', '222/us-west-2', '222/eu-west-1'),
});

const anyParameter: fc.Arbitrary<ComplianceParameter> = fc.record({
  controls: fc.record({
    assetBackup: fc.record({
      lookBackPeriod: fc.oneof(duration(14, 'days'), duration(2, 'months', 'weeks')),
      minimumRetentionDuration: retention,
      windowSize: fc.oneof(duration(48, 'hours'), duration(8, 'days')),
    }),
    assetProtection: fc.record({ shouldIgnoreDeactivatedPolicy: fc.boolean() }),
    policy: fc.record({
      minimumRetentionDuration: retention,
      minimumRpoFrequency: fc.option(fc.oneof(duration(40, 'days'), duration(2, 'months')), { nil: undefined }),
    }),
  }),
  filters: fc.option(
    fc.record({
      asset: fc.record({
        groups: fc.array(fc.constantFrom({ id: '111' }, { id: '222', region: 'eu-west-1' }, { region: 'us-west-2' }), {
          maxLength: 2,
        }),
      }),
      common: fc.record({
        assetTypes: fc.array(fc.constantFrom('aws_ebs_volume', 'nothing'), { maxLength: 2 }),
        dataSources: fc.array(fc.constantFrom('aws' as const, 'vmware' as const), { maxLength: 2 }),
      }),
    }),
    { nil: undefined },
  ),
});

describe('what a compliance report says', () => {
  test('is what loops over the same jobs say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBackup, { maxLength: 40 }), anyParameter, async (given, parameter) => {
        const orgs = [lastOrg + 1, lastOrg + 2];
        lastOrg += 2;
        const backups = given.map(({ keptFor, ...backup }, index) => ({
          ...backup,
          org: orgs[index % 2] ?? 0,
          keptUntil: keptFor && shifted(backup.at, keptFor, 1),
        }));
        await store(backups);
        const { items, question } = await ask(orgs, parameter);
        const found = items.map((item) => [
          `${item.control}/${item.org}/${item.entity_type}/${item.item_id}`,
          item.compliance_status,
        ]);
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(new Oracle(backups, parameter).statuses()));
        expect(found).toHaveLength(new Set(found.map(([key]) => key)).size);
        for (const { compliance_status: status, reason } of items) {
          expect(reason === '').toBe(status === 'compliant' && !reason.includes('31 days'));
        }
        const counts = await countComplianceItems(harness.store, question, {});
        expect(counts.reduce((all, { items: count }) => all + count, 0)).toBe(items.length);
      }),
      { numRuns: 20 },
    );
  });
});
