import type { Random } from '../src/kit/random.ts';

/** A row of a report, cells by column. */
export type Row = Readonly<Record<string, string>>;

/** A filter made up at random: what is sent, what is wrong with it, and which rows it is for. */
export interface MadeFilter {
  readonly text: string;
  /** One of the fields that must be refused; null where all is well. */
  readonly faulty: string | null;
  holds(row: Row): boolean;
}

/** One operator of a field, as the specification has it: operands that are fine, and what rows they are for. */
interface Rule {
  /** Wins over the others of its field, which are then not even read. */
  readonly rules?: boolean;
  operand(random: Random): unknown;
  holds(row: Row, operand: never): boolean;
  readonly wrong: readonly unknown[];
}

export type Rules = Readonly<Record<string, Readonly<Record<string, Rule>>>>;

const NO_LISTS = ['text', 5, { a: 1 }, [5], [null], [['a']], true];
const NO_INSTANTS = ['noon', '2026-02-30T00:00:00Z', '2026-01-01', 5, [], true];
const NO_SECONDS = [0, -5, 1.5, '-3', 'soon', [], true, '1e3'];

/** Any of some texts. @param matches whether a cell is what an element asks for */
export function anyOf(pool: readonly string[], matches: (row: Row, element: string) => boolean): Rule {
  return {
    operand: (random) => Array.from({ length: random.int(4) }, () => random.pick(pool)),
    holds: (row, elements: readonly string[]) =>
      elements.length === 0 || elements.some((element) => matches(row, element)),
    wrong: NO_LISTS,
  };
}

export function exactly(pool: readonly string[], matches: (row: Row, element: string) => boolean): Rule {
  return { operand: (random) => random.pick(pool), holds: matches, wrong: [5, [], {}, true] };
}

export interface Window {
  readonly nowMs: number;
  readonly spanMs: number;
}

/** Bounds anywhere in the window, some of them outside, in any offset. */
export function bound({ nowMs, spanMs }: Window, holds: (row: Row, ms: number) => boolean): Rule {
  return {
    operand(random) {
      const ms = Math.floor((nowMs - (random.next() * 1.4 - 0.2) * spanMs) / 1000) * 1000;
      const shifted = new Date(ms + 5.5 * 3_600_000).toISOString().slice(0, 19);
      return random.pick([
        new Date(ms).toISOString(),
        `${new Date(ms).toISOString().slice(0, 19)}Z`,
        `${shifted}+05:30`,
      ]);
    },
    holds: (row, operand: string) => holds(row, Date.parse(operand)),
    wrong: NO_INSTANTS,
  };
}

export function ago({ nowMs, spanMs }: Window, holds: (row: Row, fromMs: number) => boolean): Rule {
  return {
    rules: true,
    operand(random) {
      const seconds = random.between(1, Math.floor(spanMs / 1000));
      return random.chance(0.3) ? String(seconds) : seconds;
    },
    holds: (row, operand: number | string) => holds(row, nowMs - Number(operand) * 1000),
    wrong: NO_SECONDS,
  };
}

/** A filter of up to four fields. About one in three is wrong somewhere. */
export function makeFilter(random: Random, rules: Rules, foreign: readonly string[]): MadeFilter {
  if (random.chance(0.03)) return { text: random.pick(NO_FILTERS), faulty: 'filter', holds: () => false };
  const fields = new Map(Array.from({ length: random.int(5) }, () => pickField(random, rules)));
  const faulty: string[] = [];
  if (random.chance(0.1)) {
    const name = random.pick(foreign);
    fields.set(name, { given: { $in: ['a'] }, checks: [], isWrong: true });
  }
  for (const [name, { isWrong }] of fields) if (isWrong) faulty.push(name);
  const given = Object.fromEntries([...fields].map(([name, field]) => [name, field.given]));
  const checks = [...fields.values()].flatMap((field) => field.checks);
  return {
    text: JSON.stringify(given, null, random.pick([0, 1])),
    faulty: faulty[0] ?? null,
    holds: (row) => checks.every((check) => check(row)),
  };
}

const NO_FILTERS = ['{', '[]', '"text"', '7', 'null', '{"a"}', '[{}]', 'true'];

interface MadeField {
  readonly given: unknown;
  readonly checks: readonly ((row: Row) => boolean)[];
  readonly isWrong: boolean;
}

function pickField(random: Random, rules: Rules): [string, MadeField] {
  const name = random.pick(Object.keys(rules));
  const known = rules[name] ?? {};
  if (random.chance(0.05)) return [name, { given: random.pick(['a', 5, [], true]), checks: [], isWrong: true }];
  if (random.chance(0.03)) return [name, { given: null, checks: [], isWrong: false }];
  const operators = new Set(Array.from({ length: random.between(1, 2) }, () => random.pick(Object.keys(known))));
  const parts = [...operators].map((operator) => makeOperator(random, operator, known[operator]));
  const ruling = parts.find(({ operator, operand }) => known[operator]?.rules && operand !== null);
  const inForce = ruling === undefined ? parts : [ruling];
  const given = Object.fromEntries(parts.map(({ spelling, operand }) => [spelling, operand]));
  const isUnknown = random.chance(0.04);
  return [
    name,
    {
      given: isUnknown ? { ...given, $regex: 'a' } : given,
      checks: inForce.flatMap(({ check }) => (check ? [check] : [])),
      isWrong: isUnknown || inForce.some(({ isWrong }) => isWrong),
    },
  ];
}

function makeOperator(random: Random, operator: string, rule: Rule | undefined) {
  if (rule === undefined) throw new Error(`no rule for ${operator}`);
  const spelling = random.chance(0.1) ? operator.slice(1) : operator;
  if (random.chance(0.06)) return { operator, spelling, operand: random.pick(rule.wrong), isWrong: true };
  if (random.chance(0.03)) return { operator, spelling, operand: null, isWrong: false };
  const operand = rule.operand(random);
  const check = (row: Row) => rule.holds(row, operand as never);
  return { operator, spelling, operand, isWrong: false, check };
}
