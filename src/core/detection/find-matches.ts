import { listOrganizations } from '../../control/repos/organizations.ts';
import { SCANS, type Scan } from '../../detect/index.ts';
import type { EventStore } from '../../events/client.ts';
import { findCorrelatedMatches, type Stretch, touchedStretches } from '../../events/queries/correlated-matches.ts';
import {
  type BatchSlice,
  canBeRead,
  DETECTION,
  DETECTION_RETRY,
  findRuleMatches,
  type MatchRow,
  presentIn,
} from '../../events/queries/rule-matches.ts';
import { isOverLimit } from '../../events/store-trouble.ts';
import type { AlarmMatch, AlarmRule } from '../../model/alarm.ts';
import type { Organization } from '../../model/organization.ts';
import type { Context } from '../context.ts';
import {
  type CorrelationStatement,
  type FailedRule,
  failureOf,
  type RuleSet,
  type RuleStatement,
  statementOf,
} from './compile-rules.ts';
import { isolate } from './isolate.ts';
import { type FoundRow, toMatches } from './to-matches.ts';

/** Rules to look for in the events of a slice. */
export interface Search {
  readonly rules: RuleSet;
  readonly slice: BatchSlice;
  /** Called for each rule that fails by itself. The matches of all others are found. */
  failed(rule: FailedRule): Promise<void>;
  /** Whether the caller can look at fewer batches instead; never where absent. */
  mayShrink?(): Promise<boolean>;
  /** Rules that took too much of a larger slice: they are looked for by themselves. */
  readonly suspects?: ReadonlySet<string>;
}

/** A rule takes more time or memory than it may, and fewer batches could be looked at. */
export class SliceTooLarge extends Error {
  readonly ruleId: string;

  constructor(ruleId: string, cause: unknown) {
    super(`rule ${ruleId} takes too much for this many batches`, { cause });
    this.name = 'SliceTooLarge';
    this.ruleId = ruleId;
  }
}

/**
 * What the rules say of the events of a slice. Changes nothing.
 *
 * @throws SliceTooLarge where `mayShrink` says so; else only what is wrong with a store, or with the events themselves
 */
export async function findMatches(context: Context, search: Search): Promise<AlarmMatch[]> {
  const { events } = context;
  const present = await presentScans(events, search.slice);
  const found = [
    ...(await findOfEvents(events, search, present)),
    ...(await findOfCorrelations(events, search, present)),
  ];
  return found.length === 0 ? [] : toMatches(context, await organizationsById(context), found);
}

/** Kinds of logs that are there. One that cannot be asked for by itself counts as there: then its rules say what is wrong. */
async function presentScans(events: EventStore, slice: BatchSlice): Promise<ReadonlySet<string>> {
  const unknown: string[] = [];
  const present = await isolate(Object.entries(SCANS), {
    run: (some, isPart) => presentIn(events, slice, some, isPart ? DETECTION_RETRY : DETECTION),
    async failed([scan], error) {
      if (!(await canBeRead(events, slice))) throw error;
      unknown.push(scan);
    },
  });
  return new Set([...present.flat(), ...unknown]);
}

async function findOfEvents(events: EventStore, search: Search, present: ReadonlySet<string>): Promise<FoundRow[]> {
  const { slice, rules, suspects = new Set() } = search;
  const found: FoundRow[] = [];
  const statements = rules.statements.filter(({ scan }) => present.has(scan));
  for (const statement of statements.flatMap((one) => withoutSuspects(one, suspects))) {
    const rows = await isolate(statement.rules, {
      async run(some, isPart) {
        const { sought, alarmRules } = some === statement.rules ? statement : statementOf(some);
        const isAlone = isPart || some.some(({ id }) => suspects.has(id));
        const matched = await findRuleMatches(events, slice, sought, isAlone ? DETECTION_RETRY : DETECTION);
        return matched.flatMap((row) => withRule(row, alarmRules.get(row.rule)));
      },
      failed: ({ id }, error) => blame(events, search, id, error),
    });
    found.push(...rows.flat());
  }
  return found;
}

function withoutSuspects(statement: RuleStatement, suspects: ReadonlySet<string>): RuleStatement[] {
  const suspected = statement.rules.filter(({ id }) => suspects.has(id));
  if (suspected.length === 0) return [statement];
  const others = statement.rules.filter(({ id }) => !suspects.has(id));
  return [...(others.length === 0 ? [] : [others]), ...suspected.map((rule) => [rule])].map(statementOf);
}

interface Touched {
  readonly correlation: CorrelationStatement;
  readonly stretches: readonly Stretch[];
}

async function findOfCorrelations(
  events: EventStore,
  search: Search,
  present: ReadonlySet<Scan | string>,
): Promise<FoundRow[]> {
  const { slice, rules } = search;
  const correlations = rules.correlations.filter(({ scans }) => scans.some((scan) => present.has(scan)));
  const touched = await isolate(correlations, {
    async run(some): Promise<Touched[]> {
      const sought = some.map((correlation) => correlation.sought);
      const stretches = await touchedStretches(events, slice, sought);
      return some.map((correlation, index) => ({ correlation, stretches: stretches[index] ?? [] }));
    },
    failed: ({ alarmRule }, error) => blame(events, search, alarmRule.id, error),
  });
  const found: FoundRow[] = [];
  for (const one of touched.flat()) {
    const rows = await isolate([one], {
      run: ([{ correlation, stretches } = one]) =>
        findCorrelatedMatches(events, slice, { sought: correlation.sought, stretches }),
      failed: ({ correlation }, error) => blame(events, search, correlation.alarmRule.id, error),
    });
    found.push(...rows.flat().flatMap((row) => withRule(row, one.correlation.alarmRule)));
  }
  return found;
}

/** A rule is at fault only where the same events can be read without it. */
async function blame(events: EventStore, search: Search, ruleId: string, error: unknown): Promise<void> {
  if (!(await canBeRead(events, search.slice))) throw error;
  if (isOverLimit(error) && (await search.mayShrink?.())) throw new SliceTooLarge(ruleId, error);
  await search.failed({ ruleId, reason: failureOf(error) });
}

function withRule(row: MatchRow, rule: AlarmRule | undefined): FoundRow[] {
  return rule === undefined ? [] : [{ row, rule }];
}

async function organizationsById(context: Context): Promise<Map<number, Organization>> {
  return new Map((await listOrganizations(context.control.db)).map((organization) => [organization.id, organization]));
}
