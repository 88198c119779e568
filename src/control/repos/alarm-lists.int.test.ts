import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { openTestControl } from '../../../test/test-control.ts';
import {
  ALARM_SORT_FIELDS,
  ALARM_STATUSES,
  type Alarm,
  type AlarmEvidence,
  type AlarmFilter,
  type AlarmMatch,
  type AlarmSort,
} from '../../model/alarm.ts';
import { combineEvidence } from '../../model/alarm-evidence.ts';
import type { Organization } from '../../model/organization.ts';
import type { Control } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { recordMatches } from './alarm-matches.ts';
import { beginAlarmChange } from './alarm-versions.ts';
import { changeAlarm } from './alarms.ts';
import { findAlarms } from './find-alarms.ts';
import { createOrganization } from './organizations.ts';

let dir: string;
let control: Control;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-alarm-lists-'));
  control = await openTestControl(join(dir, 'control.db'));
});

afterAll(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

const actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' } as const;
const START = Date.parse('2026-01-01T00:00:00Z');
const LABELS = ['label-a', 'label-b'];

interface ShareStep {
  readonly group: number;
  readonly batch: number;
  /** What the batch is said to have added; another number is another finding for the same batch. */
  readonly finding: number;
}

type Step =
  | { readonly do: 'record'; readonly shares: readonly ShareStep[] }
  | { readonly do: 'mark'; readonly group: number; readonly status: Alarm['status']; readonly labels: string[] }
  | { readonly do: 'list'; readonly filter: AlarmFilter; readonly sort: readonly AlarmSort[] };

const anyShare: fc.Arbitrary<ShareStep> = fc.record({
  group: fc.nat(4),
  batch: fc.integer({ min: 1, max: 5 }),
  finding: fc.constantFrom(0, 0, 0, 1),
});

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('record' as const), shares: fc.array(anyShare, { minLength: 1, maxLength: 6 }) }),
  fc.record({
    do: fc.constant('mark' as const),
    group: fc.nat(4),
    status: fc.constantFrom(...ALARM_STATUSES),
    labels: fc.subarray(LABELS),
  }),
  fc.record({
    do: fc.constant('list' as const),
    filter: fc.oneof(
      fc.constant({}),
      fc.record({ statuses: fc.subarray([...ALARM_STATUSES]) }),
      fc.record({ fromMs: fc.nat(8).map((n) => START + n) }),
    ),
    sort: fc.array(fc.record({ field: fc.constantFrom(...ALARM_SORT_FIELDS), order: fc.constantFrom('asc', 'desc') }), {
      maxLength: 2,
    }),
  }),
);

function matchOf(organization: Organization, { group, batch, finding }: ShareStep): AlarmMatch {
  const timeUs = (START + ((group * 7 + batch * 3 + finding) % 11)) * 1000;
  return testMatch(organization, {
    groupKey: `10.0.0.${group}`,
    batchSeq: batch,
    firstEventUs: timeUs,
    events: 1 + batch + finding * 10,
    rule: { id: `rule-${group % 2}`, priority: group * 25 },
    sensors: [`sensor-${batch % 2}`],
  });
}

/** What the list must hold, kept by the simplest means: every batch's last word, and what was marked. */
class Expectation {
  readonly #shares = new Map<string, Map<number, AlarmEvidence>>();
  readonly #marks = new Map<string, Pick<Alarm, 'status' | 'labels'>>();

  record({ alarmId, batchSeq, ...match }: AlarmMatch): void {
    const shares = this.#shares.get(alarmId) ?? new Map<number, AlarmEvidence>();
    this.#shares.set(alarmId, shares.set(batchSeq, match));
  }

  mark(id: string, marks: Pick<Alarm, 'status' | 'labels'>): void {
    if (this.#shares.has(id)) this.#marks.set(id, marks);
  }

  alarms() {
    return [...this.#shares]
      .map(([id, shares]) => ({
        id,
        ...combineEvidence([...shares.values()]),
        ...(this.#marks.get(id) ?? { status: 'open', labels: [] }),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

const pageOf = (organization: Organization, filter: AlarmFilter, page: Parameters<typeof findAlarms>[1]['page']) =>
  findAlarms(control.db, { organizationIds: [organization.id], filter, page });

async function record(matches: readonly AlarmMatch[]) {
  return inTransaction(control.db, async (trx) => {
    const change = await beginAlarmChange(trx);
    return recordMatches(trx, matches, { change, nowMs: START, suppressedBy: () => false });
  });
}

/** What a list keeps of an alarm: its endpoints and the events it names are as they are now. */
function versioned({ positions: _positions, sources: _sources, destinations: _destinations, ...alarm }: Alarm) {
  return alarm;
}

let runs = 0;

it('lists of alarms hold what was recorded, and stay as they were at their moment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 25 }), fc.integer({ min: 1, max: 3 }), async (steps, limit) => {
      runs += 1;
      const slug = `run-${runs}`;
      const organization = await createOrganization(control.db, { slug, name: slug, actor });
      const expected = new Expectation();
      const everything = { sort: [], limit: 100, offset: 0 };
      const lists: (Extract<Step, { do: 'list' }> & { readonly moment: number; readonly alarms: readonly Alarm[] })[] =
        [];
      for (const step of steps) {
        if (step.do === 'record') {
          const matches = step.shares.map((share) => matchOf(organization, share));
          await record(matches);
          for (const match of matches) expected.record(match);
          const lastWords = new Map(matches.map((match) => [`${match.alarmId}/${match.batchSeq}`, match]));
          expect(await record([...lastWords.values()].reverse())).toEqual({ created: [], changed: [] });
        } else if (step.do === 'mark') {
          const { alarmId } = matchOf(organization, { group: step.group, batch: 0, finding: 0 });
          const marks = { status: step.status, labels: step.labels };
          const edit = { id: alarmId, organizationId: organization.id, nowMs: START, edit: async () => marks };
          await inTransaction(control.db, (trx) => changeAlarm(trx, edit));
          expected.mark(alarmId, marks);
        } else {
          const { moment, alarms } = await pageOf(organization, step.filter, { ...everything, sort: step.sort });
          lists.push({ ...step, moment, alarms });
        }
        const now = await pageOf(organization, {}, everything);
        const found = [...now.alarms].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(found).toMatchObject(expected.alarms());
      }
      for (const { filter, sort, moment, alarms } of lists) {
        const pages: Alarm[] = [];
        for (let offset = 0; offset === 0 || offset < alarms.length; offset += limit) {
          const page = await pageOf(organization, filter, { sort, limit, offset, moment });
          expect(page).toMatchObject({ moment, total: alarms.length });
          pages.push(...page.alarms);
        }
        expect(pages.map(versioned)).toEqual(alarms.map(versioned));
      }
    }),
    { numRuns: 40 },
  );
});
