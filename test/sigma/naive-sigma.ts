/**
 * Sigma as its specification reads, evaluated one event at a time on the rule as written: the second opinion on what
 * src/detect compiles. Shares no code with it.
 */

/** Each field with its readings; '' is an absent one. The first reading is what `null` and `exists` ask about. */
export type NaiveEvent = Readonly<Record<string, readonly string[]>>;

export type NaiveValue = string | number | boolean | null;
export type NaiveMap = Readonly<Record<string, NaiveValue | readonly NaiveValue[]>>;
export type NaiveSelection = NaiveMap | readonly (NaiveMap | NaiveValue)[];

/** A condition as a tree, and how it is written. */
export interface NaiveCondition {
  readonly text: string;
  holds(selections: ReadonlyMap<string, boolean>): boolean;
}

export function selectionHolds(selection: NaiveSelection, event: NaiveEvent): boolean {
  if (Array.isArray(selection)) {
    return (selection as readonly (NaiveMap | NaiveValue)[]).some((item) =>
      typeof item === 'object' && item !== null ? mapHolds(item, event) : keywordHolds(item, event),
    );
  }
  return mapHolds(selection as NaiveMap, event);
}

function mapHolds(map: NaiveMap, event: NaiveEvent): boolean {
  return Object.entries(map).every(([key, value]) => {
    const [field = '', ...modifiers] = key.split('|');
    const values = Array.isArray(value) ? (value as NaiveValue[]) : [value as NaiveValue];
    const each = (one: NaiveValue) =>
      field === '' ? keywordHolds(one, event) : valueHolds(field, modifiers, one, event);
    return modifiers.includes('all') ? values.every(each) : values.some(each);
  });
}

function keywordHolds(value: NaiveValue, event: NaiveEvent): boolean {
  const pattern = new RegExp(wildcards(String(value)), 'isu');
  return Object.values(event).some(([text = '']) => text !== '' && pattern.test(text));
}

function valueHolds(field: string, modifiers: readonly string[], value: NaiveValue, event: NaiveEvent): boolean {
  const [main = '', ...others] = event[field] ?? [];
  const readings = [main, ...others].filter((text) => text !== '');
  const has = (name: string) => modifiers.includes(name);
  if (value === null || value === '') return main === '';
  if (has('exists')) return (main !== '') === value;
  if (has('re')) {
    const flags = ['i', 'm', 's'].filter(has).join('');
    return readings.some((text) => new RegExp(String(value), `${flags}u`).test(text));
  }
  if (has('cidr')) return readings.some((text) => inNetwork(text, String(value)));
  if (has('fieldref')) {
    const other = event[String(value)]?.[0] ?? '';
    const same = (a: string, b: string) => (has('cased') ? a === b : a.toLowerCase() === b.toLowerCase());
    return other !== '' && main !== '' && same(main, other);
  }
  for (const [name, compare] of Object.entries(COMPARE)) {
    if (has(name)) return /^-?(\d+\.?\d*|\.\d+)$/.test(main) && compare(Number(main), Number(value));
  }
  return written(modifiers, String(value), typeof value === 'string').some((source) => {
    const pattern = new RegExp(source, has('cased') ? 'su' : 'isu');
    return readings.some((text) => pattern.test(text));
  });
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
};

/** Every form that modifiers make of a text, as the source of a regular expression for the whole field. */
function written(modifiers: readonly string[], value: string, isText: boolean): string[] {
  const has = (name: string) => modifiers.includes(name);
  const open = has('contains') || has('endswith') ? '' : '^';
  const end = has('contains') || has('startswith') ? '' : '$';
  if (has('base64') || has('base64offset')) {
    const plain = value.replaceAll(/\\([\\*?])/g, '$1');
    const bytes = Buffer.from(plain, has('wide') ? 'utf16le' : 'utf8');
    const forms = has('base64') ? [bytes.toString('base64')] : [0, 1, 2].map((offset) => steady(bytes, offset));
    return forms.map((form) => open + quoted(form) + end);
  }
  const forms = has('windash') ? dashed(value) : [value];
  return forms.map((form) => open + (isText ? wildcards(form) : quoted(form)) + end);
}

/** Base64 of the bytes with others before and behind, as far as these make no difference. */
function steady(bytes: Buffer, offset: number): string {
  const around = [0x00, 0xff].flatMap((before) => [0x00, 0xff].map((behind) => [before, behind] as const));
  const [first = '', ...rest] = around.map(([before, behind]) =>
    Buffer.concat([Buffer.alloc(offset, before), bytes, Buffer.alloc(3, behind)]).toString('base64'),
  );
  const needed = Math.ceil(((offset + bytes.length) * 8) / 6);
  return [...first.slice(0, needed)].filter((character, at) => rest.every((text) => text[at] === character)).join('');
}

function dashed(value: string): string[] {
  const at = value.search(/(?<![A-Za-z0-9_])[-/](?=[A-Za-z0-9_])/);
  if (at < 0) return [value];
  return dashed(value.slice(at + 1)).flatMap((rest) =>
    [...'-/\u2013\u2014\u2015'].map((dash) => value.slice(0, at) + dash + rest),
  );
}

/** Sigma's wildcards and escapes, character by character. */
function wildcards(text: string): string {
  const [character, next, ...rest] = [...text];
  if (character === undefined) return '';
  const tail = () => wildcards([next ?? '', ...rest].join(''));
  if (character === '\\' && next !== undefined && '\\*?'.includes(next)) return quoted(next) + wildcards(rest.join(''));
  if (character === '*') return `.*${tail()}`;
  return (character === '?' ? '.' : quoted(character)) + tail();
}

function quoted(text: string): string {
  return text.replaceAll(
    /[\\^$.*+?()[\]{}|/-]/g,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

function inNetwork(text: string, network: string): boolean {
  const [address = '', length = '32'] = network.split('/');
  const bits = (ip: string) =>
    ip
      .split('.')
      .map((byte) => Number(byte).toString(2).padStart(8, '0'))
      .join('');
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(text)) return false;
  return bits(text).slice(0, Number(length)) === bits(address).slice(0, Number(length));
}
