import type { LineCounter } from 'yaml';
import { lineAndColumn, type MapValue, type Value } from './document.ts';
import { RuleFault } from './fault.ts';
import { matcher, type Placeholders } from './matchers.ts';
import { parseModifiers } from './modifiers.ts';
import { items } from './read.ts';
import type { Expression } from './rule.ts';

/** What reading a detection needs besides its text. */
export interface Reading {
  readonly lines: LineCounter;
  readonly placeholders: Placeholders;
}

/** Keys of a detection section that are no selections. */
const RESERVED = ['condition', 'timeframe'];

/** The selections of a detection section by name. */
export function parseSelections(detection: MapValue, reading: Reading): Map<string, Expression> {
  const selections = [...detection.entries].filter(([name]) => !RESERVED.includes(name));
  if (selections.length === 0) throw new RuleFault('no selection', detection);
  return new Map(selections.map(([name, { value }]) => [name, parseSelection(value, reading)]));
}

/** A map: all items must hold. A list: one of its maps or keywords must. */
function parseSelection(value: Value, reading: Reading): Expression {
  if (value.type === 'map') return combined('and', [...itemsOf(value, reading)], value);
  if (value.type === 'scalar') return parseItem('', value, value.offset, reading);
  const isKeyword = (item: Value) => item.type === 'scalar';
  if (value.items.every(isKeyword)) return parseItem('', value, value.offset, reading);
  const of = value.items.map((item) => parseSelection(item, reading));
  return combined('or', of, value);
}

function itemsOf(map: MapValue, reading: Reading): Expression[] {
  return [...map.entries].map(([key, { key: place, value }]) => parseItem(key, value, place.offset, reading));
}

/** `Field|modifier: value or list of values`; no field: keywords. */
function parseItem(key: string, value: Value, offset: number, reading: Reading): Expression {
  const [name = '', ...names] = key.split('|').map((part) => part.trim());
  const modifiers = parseModifiers(names, { offset });
  const field = name === '' ? undefined : { name, ...lineAndColumn(reading.lines, offset) };
  const of = items(value).map((item) => {
    if (item.type !== 'scalar') throw new RuleFault('a value must be a text, a number, true, false or null', item);
    return matcher(field, modifiers, item, reading.placeholders);
  });
  return combined(modifiers.all ? 'and' : 'or', of, value);
}

function combined(type: 'and' | 'or', of: readonly Expression[], value: Value): Expression {
  const [only] = of;
  if (only === undefined) throw new RuleFault('nothing to look for', value);
  return of.length === 1 ? only : { type, of };
}
