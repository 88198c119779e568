import { parseJson } from '../../kit/parse-json.ts';
import { AppError, badInput, type Fault } from '../../model/errors.ts';
import type { Operand } from './operands.ts';

/** Operators of the grammar that something here is filtered by (section 6.1). */
export type Operator = '$eq' | '$in' | '$gt' | '$gte' | '$lt' | '$lte' | '$contains';

/** What a resource can be filtered by: for each field its operators, for each of these what it is compared with. */
export type FilterFields = Readonly<Record<string, Readonly<Partial<Record<Operator, Operand<unknown>>>>>>;

/** What a filter asks for, by field and operator. Everything in it must hold. */
export type Conditions<Fields extends FilterFields> = {
  readonly [Field in keyof Fields]?: {
    readonly [Op in keyof Fields[Field]]?: Fields[Field][Op] extends Operand<infer Value> ? Value : never;
  };
};

export interface Filter<Fields extends FilterFields> {
  readonly conditions: Conditions<Fields>;
  /** The filter as it is in force, compact JSON; empty for none. */
  readonly applied: string;
}

/**
 * Reads a filter: a JSON object of fields, each an object of operators, which may be spelt without their `$`. Null and
 * empty mean nothing. Fails with one `bad_request` that names every fault: no JSON, no object, a field or operator that the
 * resource does not have, a wrong operand.
 *
 * @param where what the filter came in, for faults
 */
export function readFilter<Fields extends FilterFields>(
  fields: Fields,
  text: string | undefined,
  where = 'filter',
): Filter<Fields> {
  if (text === undefined || text.trim() === '') return { conditions: {}, applied: '' };
  const faults: Fault[] = [];
  const given = entriesOf(parse(text, where)).flatMap(([field, value]) => {
    const operators = readField(fields, { field, value, where }, faults);
    return operators.length === 0 ? [] : [{ field, operators }];
  });
  if (faults.length > 0) throw refusal(faults);
  const by = (pick: (operator: GivenOperator) => unknown) =>
    given.map(({ field, operators }) => [field, Object.fromEntries(operators.map((it) => [it.operator, pick(it)]))]);
  return {
    conditions: Object.fromEntries(by(({ value }) => value)) as Conditions<Fields>,
    applied: given.length === 0 ? '' : JSON.stringify(Object.fromEntries(by(({ given: operand }) => operand))),
  };
}

function parse(text: string, where: string): object {
  let document: unknown;
  try {
    document = parseJson(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw badInput(where, text, `invalid value for ${where}: not JSON`);
  }
  if (!isObject(document)) throw badInput(where, text, `invalid value for ${where}: not a JSON object`);
  return document;
}

interface GivenField {
  readonly field: string;
  readonly value: unknown;
  readonly where: string;
}

interface GivenOperator {
  readonly operator: string;
  readonly given: unknown;
  readonly value: unknown;
}

function readField(fields: FilterFields, { field, value, where }: GivenField, faults: Fault[]): GivenOperator[] {
  const name = field.slice(0, 100);
  const known = Object.hasOwn(fields, field) ? fields[field] : undefined;
  const refuse = (message: string) => {
    faults.push({ where: `${where}.${name}`, message: `invalid ${where}: ${message}` });
    return [];
  };
  if (known === undefined) {
    return refuse(`there is no field ${name} to filter by; there are ${Object.keys(fields).join(', ')}`);
  }
  if (value === null) return [];
  if (!isObject(value)) return refuse(`${name} must be an object of operators, such as {"${firstOf(known)}": …}`);
  const given = new Map<string, unknown>();
  for (const [spelling, operand] of entriesOf(value)) {
    const operator = spelling.startsWith('$') ? spelling : `$${spelling}`;
    if (!Object.hasOwn(known, operator)) {
      return refuse(`${name} has no operator ${spelling.slice(0, 100)}; it has ${Object.keys(known).join(', ')}`);
    }
    if (given.has(operator)) return refuse(`${name} has the operator ${operator} twice`);
    if (operand !== null) given.set(operator, operand);
  }
  const read: GivenOperator[] = [];
  for (const [operator, operand] of inForce(known, given)) {
    const rule = known[operator as Operator];
    const operandValue = rule?.read(operand);
    if (operandValue === undefined) refuse(`${name} ${operator} must be ${rule?.expects}`);
    else read.push({ operator, given: operand, value: operandValue });
  }
  return read;
}

/** An operator that overrides the others of its field leaves them unread (section 2.1). */
function inForce(known: FilterFields[string], given: ReadonlyMap<string, unknown>): readonly [string, unknown][] {
  const all = [...given];
  const ruling = all.find(([operator]) => known[operator as Operator]?.overrides);
  return ruling === undefined ? all : [ruling];
}

/** One answer for all that is wrong, however much was sent. */
const FAULTS_TOLD = 5;

function refusal(faults: readonly Fault[]): AppError {
  return new AppError('bad_request', {
    public: faults[0]?.message ?? 'invalid filter',
    faults: faults.slice(0, FAULTS_TOLD),
  });
}

function firstOf(known: object): string {
  return Object.keys(known)[0] ?? '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value);
}
