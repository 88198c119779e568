import { LRUCache } from 'lru-cache';
import { sqlList } from '../../kit/sql-literals.ts';
import { mappingOfRule } from '../log-source-of.ts';
import { SCANS, type Scan } from '../log-sources/mapping.ts';
import type { EventRule } from '../rule.ts';
import { anchorOf } from './anchor.ts';
import { conditionSql, fieldsOf } from './condition.ts';
import { fieldTexts, keySql } from './key.ts';
import { type Naming, Prepared } from './prepared.ts';

/** Rules of one scan, compiled into one statement. */
export interface RuleGroup {
  readonly scan: Scan;
  /** Rule `n` of the statement is `rules[n - 1]`. */
  readonly rules: readonly EventRule[];
  /**
   * By rule number: SQL over columns of `events` for the text that tells alarms of the rule apart (`group_by`). Rules that are
   * not here leave that to the caller.
   */
  readonly keys: ReadonlyMap<number, string>;
  /**
   * SELECT of one row: `numbers Array(UInt16)`, the rules that may match some of the events; no others do. Cheap: it looks for texts
   * alone, while `matched` with hundreds of rules takes the engine longer to analyze than to run.
   *
   * @param where SQL over columns of `events`: which events to look at
   */
  candidates(where: string): string;
  /**
   * SELECT for every event that some rule matches: all columns of `events`, and `matched Array(UInt16)`, the numbers of the
   * rules.
   *
   * @param where SQL over columns of `events`: which events to look at
   * @param numbers of the rules to look for: what `candidates` found among these events; all where absent
   */
  matched(where: string, numbers?: readonly number[]): string;
}

/** More in one statement takes the engine long to analyze, and more than a few times as many exceed its limits. */
export const MAX_GROUP_SIZE = 200;

const MATCHED_STATEMENTS_KEPT = 4;

interface NumberedRule {
  readonly number: number;
  readonly rule: EventRule;
}

/**
 * Compiles rules of one scan (see `logSourceOf`): at most MAX_GROUP_SIZE.
 *
 * Every event is searched once for the anchors of all rules; the conditions of the rules run on what that leaves.
 */
export function compileGroup(rules: readonly EventRule[]): RuleGroup {
  const scan = rules[0] === undefined ? undefined : mappingOfRule(rules[0]).scan;
  if (scan === undefined || rules.length > MAX_GROUP_SIZE) {
    throw new Error(`a group has 1 to ${MAX_GROUP_SIZE} rules, not ${rules.length}`);
  }
  if (rules.some((rule) => mappingOfRule(rule).scan !== scan)) throw new Error('the rules of a group share one scan');
  const numbered = rules.map((rule, index) => ({ number: index + 1, rule }));
  // Compiling a rule of thousands of values takes a tenth of a second, and from batch to batch it is often the same rules.
  const compiled = new LRUCache<string, (where: string) => string>({ max: MATCHED_STATEMENTS_KEPT });
  return {
    scan,
    rules,
    keys: keysOf(rules),
    candidates: candidatesSql(scan, numbered),
    matched(where, numbers) {
      const key = numbers?.join() ?? 'all';
      const sought = () => numbered.filter(({ number }) => numbers?.includes(number) ?? true);
      const statement = compiled.get(key) ?? matchedSql(scan, sought());
      compiled.set(key, statement);
      return statement(where);
    },
  };
}

/** What to look for is the same for every batch: it is worked out once. */
function candidatesSql(scan: Scan, rules: readonly NumberedRule[]): RuleGroup['candidates'] {
  const search = new AnchorSearch();
  const others = rules.flatMap(({ rule, number }) => (search.add(rule, number) ? [] : [number]));
  const numbers = `arrayConcat(groupUniqArrayArray(candidates), ${sqlList(others)}::Array(UInt16))`;
  const candidates = search.candidatesSql();
  const needed = ['1', ...search.needed()].join(', ');
  return (where) => `SELECT ${numbers} AS numbers
FROM (SELECT ${candidates} AS candidates
FROM (SELECT ${needed} FROM events WHERE (${SCANS[scan]}) AND (${where})))`;
}

function matchedSql(scan: Scan, rules: readonly NumberedRule[]): (where: string) => string {
  const search = new AnchorSearch();
  const [early, late] = [new Prepared('e'), new Prepared('p')];
  const unanchored: string[] = [];
  const tests = rules.map(({ rule, number }) => {
    if (search.add(rule, number)) return `if(has(candidates, ${number}) AND (${ruleSql(rule, late)}), ${number}, 0)`;
    // Written once: its text may be long.
    const name = early.name(`(${ruleSql(rule, early)})`);
    unanchored.push(name);
    return `if(${name}, ${number}, 0)`;
  });
  const numbers = `CAST(arrayFilter(n -> n != 0, [${tests.join(',\n')}]) AS Array(UInt16))`;
  const passes = ['notEmpty(candidates)', ...unanchored].join(' OR ');
  const ours = [...late.names(), 'candidates', ...early.names(), ...search.names()];
  const searched = ['*', ...search.definitions(), ...early.definitions()].join(', ');
  const before = `SELECT * EXCEPT (${ours.join(', ')})
FROM (SELECT *, ${numbers} AS matched
FROM (SELECT ${['*', ...late.definitions()].join(', ')}
FROM (SELECT *, ${search.candidatesSql()} AS candidates
FROM (SELECT ${searched}
FROM events WHERE (${SCANS[scan]}) AND (`;
  const after = `)))
WHERE ${passes}))
WHERE notEmpty(matched)`;
  return (where) => `${before}${where}${after}`;
}

/** What must hold of an event for one rule to match: its log source's condition and its own. */
export function ruleSql(rule: EventRule, prepared: Naming): string {
  const mapping = mappingOfRule(rule);
  const fields = new Set(fieldsOf(rule.condition).map(({ name }) => name));
  const source = mapping.condition(fields);
  const condition = conditionSql(rule.condition, mapping, prepared);
  return source === '1' ? condition : `(${source}) AND (${condition})`;
}

function keysOf(rules: readonly EventRule[]): Map<number, string> {
  return new Map(
    rules.flatMap((rule, index) => {
      const { groupBy } = rule.alarm;
      return groupBy.length === 0 ? [] : [[index + 1, keySql(fieldTexts(groupBy, mappingOfRule(rule)))] as const];
    }),
  );
}

/** One multi-pattern search for each column that rules have anchors in. */
class AnchorSearch {
  /** Rule numbers by pattern, by column. */
  readonly #columns = new Map<string, Map<string, Set<number>>>();
  readonly #prepared = new Prepared('a');

  /** @returns whether the rule has an anchor */
  add(rule: EventRule, number: number): boolean {
    const anchor = anchorOf(rule.condition, mappingOfRule(rule));
    for (const { value, pattern } of anchor?.literals ?? []) {
      const column = this.#prepared.name(value);
      const patterns = this.#columns.get(column) ?? new Map<string, Set<number>>();
      this.#columns.set(column, patterns);
      const numbers = patterns.get(pattern) ?? new Set<number>();
      patterns.set(pattern, numbers.add(number));
    }
    return anchor !== undefined;
  }

  definitions(): string[] {
    return this.#prepared.definitions();
  }

  names(): string[] {
    return this.#prepared.names();
  }

  /** What the search looks at, columns under their own names included. */
  needed(): string[] {
    const columns = [...this.#columns.keys()].filter((name) => !this.names().includes(name));
    return [...columns, ...this.definitions()];
  }

  /** Array(UInt16): the rules whose anchors the event holds. */
  candidatesSql(): string {
    const searches = [...this.#columns].map(([column, patterns]) => {
      const rules = [...patterns.values()].map((numbers) => sqlList(numbers));
      const found = `multiMatchAllIndices(${column}, ${sqlList(patterns.keys())})`;
      return `arrayFlatten(arrayMap(i -> ([${rules.join(', ')}]::Array(Array(UInt16)))[i], ${found}))`;
    });
    if (searches.length === 0) return 'emptyArrayUInt16()';
    return searches.length === 1 ? (searches[0] ?? '') : `arrayConcat(${searches.join(',\n')})`;
  }
}
