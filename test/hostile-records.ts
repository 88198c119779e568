import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Format } from '../src/formats/format.ts';
import { knownColumns, tableNamed } from '../src/formats/umbrella-csv/tables.ts';
import { cutAll } from './format-harness.ts';

const ROOM = join(import.meta.dirname, '../src/formats');

/** Text that numbers, times, addresses and lists are not. */
const TEXTS = [
  '',
  'x',
  '\u0000',
  '-1',
  '0',
  '1e308',
  '18446744073709551616',
  '9'.repeat(25),
  '9'.repeat(32),
  '9'.repeat(60),
  '1767225600000000000000.5',
  '-62135596800',
  '0000-00-00T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '2026-02-30 25:61:61',
  'http://[::1',
  '%zz%',
  '::ffff:999.1.1.1',
  ',,,[]{}"',
  'a,'.repeat(300),
  '2021-44228 '.repeat(1100),
];

/** JSON values of every type and of unusual sizes, as they stand in a record. */
const VALUES = [
  'null',
  'true',
  '-1',
  '0',
  '0.5',
  '1e308',
  '18446744073709551616',
  '9'.repeat(40),
  '[]',
  '[null]',
  '[[null],{}]',
  '[{"a":null,"rrname":null}]',
  '{}',
  '{"a":null}',
  '{"hash":{"b":{"c":[null,{}]}},"cve":null}',
  `${'['.repeat(600)}${']'.repeat(600)}`,
  ...TEXTS.map((text) => JSON.stringify(text)),
];

/** Records of one variant of a format, as its framer gives them. */
export interface VariantRecords {
  readonly variant: string;
  readonly context: string;
  readonly records: readonly string[];
}

/** What the samples of a format hold, by variant. */
export function sampleRecords(format: Format): VariantRecords[] {
  const folder = join(ROOM, format.name);
  const samples = readdirSync(folder).filter((name) => name.startsWith('sample.'));
  return samples.flatMap((name) => {
    const bytes = readFileSync(join(folder, name));
    const recognised = format.recognise({ path: name, head: bytes });
    const framer = format.createFramer({ path: name, head: bytes, ...recognised });
    return cutAll(framer, bytes, bytes.length).map(({ lines, variant, context }) => ({
      variant,
      context,
      records: Buffer.concat(lines)
        .toString()
        .split('\n')
        .filter((line) => line !== ''),
    }));
  });
}

/** The same records with hostile values in every place, and under names that no mapping knows, for every variant of a format. */
export function hostileRecords(format: Format): VariantRecords[] {
  const samples = sampleRecords(format);
  return Object.keys(format.variants).map((variant) => {
    const own = samples.filter((sample) => sample.variant === variant);
    const context = own[0]?.context ?? contextOf(format, variant);
    return { variant, context, records: [...own.flatMap(copiesOf), ...further(format, variant, samples)] };
  });
}

const RECORDS_OF_A_SAMPLE = 2;

function copiesOf({ records }: VariantRecords): string[] {
  return records.slice(0, RECORDS_OF_A_SAMPLE).flatMap(hostileCopies);
}

/** A variant whose records no sample holds still gets a context of the form that its framer gives. */
function contextOf({ name }: Format, variant: string): string {
  if (variant === 'own') return JSON.stringify({ time: ['when'], src_ip: ['who'] });
  const table = tableNamed(variant.replace(/-by-name$/, ''));
  if (name !== 'umbrella-csv' || table === undefined || !variant.endsWith('-by-name')) return '';
  const order = [...knownColumns(table).map((_, place) => place + 1), knownColumns(table).length + 1];
  return JSON.stringify({ width: order.length, order, unknown: ['more'] });
}

/** Records of variants that the samples lack. */
const OTHERS: Readonly<Record<string, readonly object[]>> = {
  'borg/log': [
    { type: 'log_message', time: 1767225600.5, message: 'no space', levelname: 'ERROR', name: 'borg', msgid: 'Error' },
  ],
  'restic/snapshots': [
    { time: '2026-01-02T03:04:05Z', id: 'ab'.repeat(32), hostname: 'h', paths: ['/a'], summary: { data_added: 1 } },
  ],
};

function further({ name }: Format, variant: string, samples: readonly VariantRecords[]): string[] {
  const table = tableNamed(variant.replace(/-by-name$/, ''));
  if (name === 'umbrella-json' && table) {
    const about = (column: string, value: string) =>
      `{"timestamp":"2026-01-02 03:04:05",${JSON.stringify(column)}:${value}}`;
    return knownColumns(table).flatMap((column) => VALUES.map((value) => about(column, value)));
  }
  if (name === 'umbrella-csv') return WIDTHS.flatMap(rowsOfWidth);
  if (name === 'ndjson') return samples.flatMap(copiesOf);
  if (variant === 'wrapped') return samples.flatMap(copiesOf).map((data) => JSON.stringify({ data }));
  return (OTHERS[`${name}/${variant}`] ?? []).flatMap((record) => hostileCopies(JSON.stringify(record)));
}

const WIDTHS = [0, 1, 5, 13, 14, 20, 35, 70];

function rowsOfWidth(width: number): string[] {
  return TEXTS.map((text) =>
    ['2026-01-02 03:04:05', ...Array<string>(width).fill(text)].map((cell) => `"${cell}"`).join(','),
  );
}

function hostileCopies(record: string): string[] {
  if (record.startsWith('{')) return objectCopies(record);
  const mark = record.includes('\t') ? '\t' : ',';
  const cells = record.split(mark);
  return [
    ...cells.flatMap((_, place) =>
      TEXTS.map((text) => cells.with(place, text.replaceAll('\u0000', '\\x00')).join(mark)),
    ),
    ...TEXTS,
  ];
}

/** A value is put where it shall stand as a text that is taken out again, so that it may be what JSON.stringify cannot write. */
const PLACE = '\u0001here\u0001';

function objectCopies(record: string): string[] {
  const parsed: unknown = JSON.parse(record);
  const templates = [...placesIn(parsed)].map((put) => put(PLACE));
  templates.push(`{"vendor_field":${JSON.stringify(PLACE)},${record.slice(1)}`);
  return templates.flatMap((template) => VALUES.map((value) => template.replace(JSON.stringify(PLACE), () => value)));
}

/** For every value inside an object, a function that writes the object with another one in its place. */
function* placesIn(value: unknown): Generator<(instead: string) => string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const withInner = (other: unknown) =>
      Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
    yield (instead) => JSON.stringify(withInner(instead));
    for (const put of placesIn(inner)) yield (instead) => JSON.stringify(withInner(JSON.parse(put(instead))));
  }
}
