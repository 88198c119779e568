import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupRecord } from '../../../test/backup-records.ts';
import { clumioToken, type Headers } from '../../../test/clumio-api.ts';
import {
  ago,
  anyOf,
  bound,
  exactly,
  type MadeFilter,
  makeFilter,
  type Row,
  type Rules,
} from '../../../test/report-filters.ts';
import { askReport, rowsOf } from '../../../test/report-flow.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { seededRandom } from '../../kit/random.ts';
import { REPORT_TYPES, type ReportType } from '../../model/report.ts';
import { readFilter } from './filter.ts';
import { REPORT_FIELDS } from './report-questions.ts';

/** Filters in all; `FILTER_ROWS=10000 npm test -- report-filters` compares the rows of every one. */
const FILTERS = 10_000;
const COMPARED = Number(process.env.FILTER_ROWS ?? 120);

const DAY = 86_400_000;
const SPAN = 40 * DAY;
const NOW = Math.floor(Date.now() / DAY) * DAY + 12 * 3_600_000;
const WINDOW = { nowMs: NOW, spanMs: SPAN };
const GLOBAL = '00000000-0000-0000-0000-000000000000';

const TYPES = ['aws_ebs_volume', 'aws_ec2_instance', 'aws_s3_bucket', 'microsoft365_mailbox', 'host_path'];
const VALUES = ['vol-0a11', 'VOL-0A12', 'Ärger', 'a%b', 'back\\slash', `it's`, 'two words', '報告'];
const PARTS = ['vol-0a', '0A1', 'är', '%', '\\', `'`, ' ', '報', 'nothing has this', ''];
const PLACES = ['1111/eu-west-1', '2222/us-east-1', 'bkp01'];
const TASKS = ['aws_ebs_volume_incremental_backup', 'aws_ebs_volume_file_restore', 'restic_backup'];

let world: World;
let token: Headers;
let rules: Readonly<Record<ReportType, Rules>>;
const everything = new Map<ReportType, readonly Row[]>();

beforeAll(async () => {
  world = await openWorld();
  world.nowMs = NOW;
  const random = seededRandom('report filters');
  const { branch, office, sibling } = world.organizations;
  for (const organization of [branch, office, sibling]) {
    await world.load(
      organization,
      Array.from({ length: 120 }, (_, number) => job(random, number)),
    );
  }
  token = await clumioToken(world, branch);
  await changeThings(random);
  rules = rulesOf(branch.uuid, office.uuid, sibling.uuid);
  for (const type of REPORT_TYPES) everything.set(type, settled(await rowsOf(world, token, { type })));
}, 120_000);

afterAll(() => world?.close());

function job(random: ReturnType<typeof seededRandom>, number: number) {
  const time = new Date(NOW - random.int(SPAN / 1000) * 1000).toISOString();
  const value = random.pick(VALUES);
  return backupRecord(time, {
    job: `job ${number}`,
    status: random.pick(['completed', 'completed', 'failed', 'aborted', 'in_progress']),
    category: random.pick(['backup', 'restore', 'snapshot']),
    type: random.pick(TASKS),
    bytes: random.int(2 ** 40),
    primary_entity: { id: `id of ${value}`, type: random.pick(TYPES), value },
    parent_entity: {
      id: `id ${random.int(3)}`,
      type: random.pick(['aws_environment', 'server']),
      value: random.pick(PLACES),
    },
  });
}

/** Something for the audit trail. */
async function changeThings(random: ReturnType<typeof seededRandom>): Promise<void> {
  for (let number = 0; number < 30; number += 1) {
    const name = `${random.pick(['Unit', 'vol-0a', 'Ä'])} ${number}`;
    await world.app.inject({
      method: 'POST',
      url: '/organizational-units',
      headers: token,
      remoteAddress: random.pick(['192.0.2.1', '192.0.2.2']),
      payload: JSON.stringify({ name }),
    });
  }
}

const cell = (column: string) => (row: Row, element: string) => row[column] === element;
const part = (column: string) => (row: Row, element: string) =>
  (row[column] ?? '').toLowerCase().includes(element.toLowerCase());

const ENTITY_RULES: Rules = {
  'primary_entity.id': { $in: anyOf([...VALUES.map((value) => `id of ${value}`), 'x'], cell('primary_entity_id')) },
  'primary_entity.type': {
    $eq: exactly(TYPES, cell('primary_entity_type')),
    $in: anyOf([...TYPES, 'nothing'], cell('primary_entity_type')),
  },
  'primary_entity.value': { $in: anyOf(PARTS, part('primary_entity_value')) },
  'parent_entity.type': { $in: anyOf(['aws_environment', 'server', 'x'], cell('parent_entity_type')) },
  'parent_entity.id': {
    $in: anyOf(['id 0', 'id 1', ...PLACES], (row, element) =>
      [row.parent_entity_id, row.parent_entity_value].includes(element),
    ),
  },
};

const SHORT: Readonly<Record<string, string>> = {
  ebs_incremental_backup: 'aws_ebs_volume_incremental_backup',
  file_restore: 'aws_ebs_volume_file_restore',
};

const startOf = (row: Row) => Date.parse(row.start_timestamp || (row.created_timestamp ?? ''));
const dayStart = (ms: number) => Math.floor(ms / DAY) * DAY;
const dateOf = (row: Row) => Date.parse(`${row.date}T00:00:00Z`);

/** Every filter that the specification has for a type, and what it means for a row (sections 2.1 and 4.1). */
const rulesOf = (branch: string, office: string, sibling: string): Readonly<Record<ReportType, Rules>> => ({
  activity: {
    ...ENTITY_RULES,
    activity_start_timestamp: {
      $gte: bound(WINDOW, (row, ms) => startOf(row) >= ms),
      $lt: bound(WINDOW, (row, ms) => startOf(row) < ms),
      $eq: ago(WINDOW, (row, ms) => startOf(row) >= ms && startOf(row) <= NOW),
    },
    task: {
      $in: anyOf([...TASKS, ...Object.keys(SHORT), 'backup', 'restore', 'x'], (row, element) =>
        [row.category, row.task].includes(SHORT[element] ?? element),
      ),
    },
    status: { $in: anyOf(['success', 'failed', 'aborted', 'completed', 'in_progress'], cell('status')) },
  },
  audit: {
    ...Object.fromEntries(Object.entries(ENTITY_RULES).filter(([name]) => name !== 'parent_entity.id')),
    start_timestamp: {
      $gte: bound(WINDOW, (row, ms) => Date.parse(row.timestamp ?? '') >= ms),
      $lt: bound(WINDOW, (row, ms) => Date.parse(row.timestamp ?? '') < ms),
      $eq: ago(WINDOW, (row, ms) => Date.parse(row.timestamp ?? '') >= ms),
    },
    category: { $in: anyOf(['organizational_unit', 'reports', 'api_tokens', 'x'], cell('category')) },
    action: { $in: anyOf(['create', 'download', 'delete'], cell('action')) },
    status: { $in: anyOf(['success', 'failure', 'lost'], cell('status')) },
    ip_address: { $eq: exactly(['192.0.2.1', '127.0.0.1', '192.0.2.9'], cell('ip_address')) },
    'parent_entity.value': { $in: anyOf(['office', 'Global organizational unit', 'x'], cell('parent_entity_value')) },
  },
  consumption: {
    ...ENTITY_RULES,
    timestamp: {
      $gte: bound(WINDOW, (row, ms) => dateOf(row) >= dayStart(ms)),
      $lte: bound(WINDOW, (row, ms) => dateOf(row) <= dayStart(ms)),
      $eq: ago(WINDOW, (row, ms) => dateOf(row) >= dayStart(ms)),
    },
    organizational_unit_id: {
      // The unit of the token goes by two names.
      $in: anyOf([GLOBAL, branch, office, sibling, 'x'], (row, element) =>
        element === office ? row.org_unit_id === office : element === GLOBAL || element === branch,
      ),
    },
    entity_type: {
      $in: anyOf(['EBS', 'ebs', 's3, EC2', 'BelfryEvents', 'host_path', 'x'], (row, element) =>
        element
          .toLowerCase()
          .split(',')
          .some((name) => name.trim() === row.entity_type?.toLowerCase()),
      ),
    },
    backup_tier: { $in: anyOf(['standard', 'archive'], cell('backup_tier')) },
  },
});

const FOREIGN: Readonly<Record<ReportType, readonly string[]>> = {
  activity: ['timestamp', 'entity_type', 'organizational_unit_id', 'color', '__proto__', 'constructor'],
  audit: ['task', 'activity_start_timestamp', 'entity_type', 'color', 'toString'],
  consumption: ['task', 'status', 'activity_start_timestamp', 'color'],
};

/** Asking for reports and fetching them is in the audit trail, too. */
function settled(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ category }) => category !== 'reports');
}

function made(count: number, seed: string): (MadeFilter & { readonly type: ReportType })[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const type = random.pick(REPORT_TYPES);
    return { type, ...makeFilter(random, rules[type], FOREIGN[type]) };
  });
}

/** What of a filter is refused, or undefined. */
function refusal(type: ReportType, text: string): string | undefined {
  try {
    readFilter(REPORT_FIELDS[type], text);
    return undefined;
  } catch (error) {
    return String((error as { faults?: readonly { where: string }[] }).faults?.map(({ where }) => where));
  }
}

test(`of ${FILTERS} filters each is read, or refused by the name of a field that is wrong`, () => {
  let refused = 0;
  for (const { type, text, faulty } of made(FILTERS, 'validated')) {
    const where = refusal(type, text);
    if (faulty === null) expect(where, `${type} ${text}`).toBeUndefined();
    else {
      refused += 1;
      expect(where, `${type} ${text}`).toContain(faulty);
    }
  }
  expect(refused).toBeGreaterThan(FILTERS / 10);
  expect(refused).toBeLessThan(FILTERS / 2);
});

test(
  `of ${COMPARED} filters each finds the rows that satisfy it, all of them, or answers 400`,
  async () => {
    let found = 0;
    for (const { type, text, faulty, holds } of made(COMPARED, 'compared')) {
      const about = `${type} ${text}`;
      if (faulty !== null) {
        const answer = await askReport(world, token, { type, filter: text });
        expect(answer.statusCode, about).toBe(400);
        expect(
          answer
            .json()
            .errors.map((error: { error_message: string }) => error.error_message)
            .join(),
          about,
        ).toContain(faulty);
        continue;
      }
      const wanted = (everything.get(type) ?? []).filter(holds);
      found += wanted.length;
      expect(settled(await rowsOf(world, token, { type, filter: text })), about).toEqual(wanted);
    }
    expect(found).toBeGreaterThan(COMPARED);
  },
  Math.max(60_000, COMPARED * 1_000),
);

test('the reports that were compared with are not empty, and hold nothing of others', () => {
  const [activity, audit, consumption] = REPORT_TYPES.map((type) => everything.get(type) ?? []);
  expect(activity?.length).toBeGreaterThan(150);
  expect(audit?.length).toBeGreaterThan(30);
  expect(consumption?.length).toBeGreaterThan(200);
  const unitIds = activity?.map((row) => row.organizational_unit_id);
  expect(new Set(unitIds).size).toBe(2);
});
