import { closest } from '../kit/closest.ts';
import type { Entry, ListValue, MapValue, Value } from './document.ts';
import { RuleFault } from './fault.ts';

/** The value under a key; one that is there without a value counts as absent. */
export function entry(map: MapValue, key: string): Entry | undefined {
  const found = map.entries.get(key);
  return found?.value.type === 'scalar' && found.value.value === null ? undefined : found;
}

/** @returns '' where absent */
export function textAt(map: MapValue, key: string): string {
  const value = entry(map, key)?.value;
  if (value === undefined) return '';
  if (value.type !== 'scalar') throw new RuleFault(`${key} must be a text`, value);
  return value.text;
}

export function requiredTextAt(map: MapValue, key: string): string {
  const text = textAt(map, key);
  if (text === '') throw new RuleFault(`no ${key}`, entry(map, key)?.key ?? map);
  return text;
}

/** A list of texts, or a text alone as a list of one. */
export function textsAt(map: MapValue, key: string): string[] {
  const value = entry(map, key)?.value;
  if (value === undefined) return [];
  return items(value).map((item) => {
    if (item.type !== 'scalar') throw new RuleFault(`${key} must be a list of texts`, item);
    return item.text;
  });
}

export function mapAt(map: MapValue, key: string): MapValue | undefined {
  const value = entry(map, key)?.value;
  if (value === undefined || value.type === 'map') return value;
  throw new RuleFault(`${key} must hold keys and values`, value);
}

/** The elements of a list; anything else is a list of itself. */
export function items(value: Value): ListValue['items'] {
  return value.type === 'list' ? value.items : [value];
}

export function wordAt<Word extends string>(map: MapValue, key: string, words: readonly Word[], missing: Word): Word {
  const text = textAt(map, key);
  if (text === '') return missing;
  const word = words.find((candidate) => candidate === text.toLowerCase());
  if (word === undefined) throw new RuleFault(unknownName(key, text, words), entry(map, key)?.value ?? map);
  return word;
}

/** `unknown level "hihg": did you mean high?` */
export function unknownName(what: string, name: string, known: Iterable<string>): string {
  const guess = closest(name, known);
  return `unknown ${what} ${JSON.stringify(name.slice(0, 100))}${guess === undefined ? '' : `: did you mean ${guess}?`}`;
}
