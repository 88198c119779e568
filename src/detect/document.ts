import { isAlias, isMap, isScalar, isSeq, type LineCounter } from 'yaml';
import { type Place, RuleFault } from './fault.ts';

/** A value of a rule file and where it stands. Aliases have been replaced by what they stand for. */
export type Value = ScalarValue | ListValue | MapValue;

export interface ScalarValue extends Place {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, so that `00420` and numbers beyond 2^53 keep their digits. */
  readonly text: string;
}

export interface ListValue extends Place {
  readonly type: 'list';
  readonly items: readonly Value[];
}

export interface MapValue extends Place {
  readonly type: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly key: Place;
  readonly value: Value;
}

interface Resolver {
  resolve(alias: string): unknown;
}

/** Values of one document, aliases unrolled; the largest rule of the public repository has 1,600. */
const MAX_VALUES = 50_000;
const MAX_DEPTH = 40;

/**
 * Reads a parsed YAML document.
 *
 * @throws RuleFault for what no rule may hold: too many values once aliases are unrolled, nesting too deep, a key twice
 */
export function readDocument(contents: unknown, anchors: Resolver): Value {
  let count = 0;
  const open = new Set<unknown>();

  function read(node: unknown, place: Place, depth: number): Value {
    count += 1;
    if (count > MAX_VALUES) throw new RuleFault(`more than ${MAX_VALUES} values, aliases included`, place);
    if (depth > MAX_DEPTH) throw new RuleFault(`nested more than ${MAX_DEPTH} levels deep`, place);
    if (isAlias(node)) return readAlias(node.source, placeOf(node, place), depth);
    const at = placeOf(node, place);
    if (isScalar(node)) return scalar(node.value, node.source, at);
    if (isSeq(node)) return { ...at, type: 'list', items: node.items.map((item) => read(item, at, depth + 1)) };
    if (isMap(node)) return readMap(node.items, at, depth);
    return { ...at, type: 'scalar', value: null, text: '' };
  }

  function readAlias(name: string, place: Place, depth: number): Value {
    const target = anchors.resolve(name);
    if (target === undefined) throw new RuleFault(`*${name} refers to no anchor`, place);
    if (open.has(target)) throw new RuleFault(`*${name} contains itself`, place);
    open.add(target);
    const value = read(target, place, depth + 1);
    open.delete(target);
    return { ...value, ...place };
  }

  function readMap(items: readonly { key: unknown; value: unknown }[], at: Place, depth: number): MapValue {
    const entries = new Map<string, Entry>();
    for (const { key, value } of items) {
      const name = read(key, at, depth + 1);
      if (name.type !== 'scalar') throw new RuleFault('a key must be a text', name);
      if (entries.has(name.text)) throw new RuleFault(`${JSON.stringify(name.text)} stands here twice`, name);
      entries.set(name.text, { key: name, value: read(value, name, depth + 1) });
    }
    return { ...at, type: 'map', entries };
  }

  return read(contents, { offset: 0 }, 0);
}

function placeOf(node: unknown, otherwise: Place): Place {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return { offset: range?.[0] ?? otherwise.offset };
}

function scalar(value: unknown, source: string | undefined, at: Place): ScalarValue {
  if (typeof value === 'string') return { ...at, type: 'scalar', value, text: value };
  if (typeof value === 'boolean' || value === null) return { ...at, type: 'scalar', value, text: String(value ?? '') };
  const number = Number(value);
  // What is no plain decimal integer, such as 0x1F, counts as the number it is.
  const text = source !== undefined && /^-?\d+$/.test(source) ? source : String(number);
  return { ...at, type: 'scalar', value: number, text };
}

export function lineAndColumn(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
