import { readFileSync } from 'node:fs';
import type { Random } from '../../src/kit/random.ts';

export interface LineSource {
  /** As `--format` takes it. */
  readonly format: string;
  /** Each line is a record; otherwise each object is. */
  readonly isByLine: boolean;
  /** Lines that tell what follows, and are no records. */
  readonly head: readonly Buffer[];
  readonly samples: readonly Buffer[];
}

const read = (path: string) => readFileSync(new URL(`../../src/formats/${path}`, import.meta.url), 'utf8');
const nonEmpty = (text: string) => text.split('\n').filter((line) => line !== '');
const inBytes = (lines: readonly string[]) => lines.map((line) => Buffer.from(line));
const records = (items: readonly unknown[]) => inBytes(items.map((item) => JSON.stringify(item)));

/** The sample of every format as lines; what is one document in its sample is written one record a line. */
export function lineSources(): LineSource[] {
  const lines = (format: string, file: string, head = 0): LineSource => {
    const all = inBytes(nonEmpty(read(`${format}/${file}`)));
    return { format, isByLine: true, head: all.slice(0, head), samples: all.slice(head) };
  };
  const ofRecords = (format: string, items: readonly unknown[]): LineSource => ({
    format,
    isByLine: false,
    head: [],
    samples: records(items),
  });
  const zeek = inBytes(nonEmpty(read('zeek/sample.log')));
  const firstTable = zeek.findIndex((line) => line.toString().startsWith('#close'));
  const zeekTable = zeek.slice(0, firstTable === -1 ? zeek.length : firstTable);
  const isHead = (line: Buffer) => line.toString().startsWith('#');
  return [
    { ...lines('umbrella-csv', 'sample.csv'), format: 'umbrella-csv/dnslogs' },
    lines('backup-csv', 'sample.csv', 1),
    {
      format: 'zeek',
      isByLine: true,
      head: zeekTable.filter(isHead),
      samples: zeekTable.filter((line) => !isHead(line)),
    },
    ...['zeek', 'suricata-eve', 'windows-events', 'aws-backup', 'ndjson'].map((format) => ({
      ...lines(format, 'sample.ndjson'),
      isByLine: false,
    })),
    lines('restic', 'sample.jsonl'),
    ofRecords('umbrella-json/dnslogs', JSON.parse(read('umbrella-json/sample.json'))),
    ofRecords('velero', JSON.parse(read('velero/sample.json')).items),
    ofRecords('borg', [firstDocument(read('borg/sample.json'))]),
  ];
}

/** Of several documents, each laid out over lines, one after the other. */
function firstDocument(text: string): unknown {
  return JSON.parse(text.slice(0, text.indexOf('\n}') + 2));
}

/** A line of the source, mostly damaged: never empty, and one line but for what `\r` means to its reader. */
export function mutatedLine(source: LineSource, random: Random, longest: number): Buffer {
  const line = random.pick(source.samples);
  if (random.chance(0.3)) return line;
  const mutated = random.pick(MUTATIONS)(line, random, longest);
  return isBlank(mutated) ? line : mutated;
}

export const isBlank = (line: Buffer) => /^[\s\0]*$/.test(line.toString('latin1'));

type Mutation = (line: Buffer, random: Random, longest: number) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (line, random) => inserted(line, random, Buffer.from([0])),
  (line) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), line]),
  (line) => Buffer.concat([line, Buffer.from('\r')]),
  (line, random) => inserted(line, random, Buffer.from('\r')),
  (line, random) =>
    inserted(
      line,
      random,
      random.pick([Buffer.from([0xff]), Buffer.from([0xc3, 0x28]), Buffer.from([0xed, 0xa0, 0x80])]),
    ),
  (line, random) =>
    inserted(line, random, Buffer.from(random.pick(['"', '""', "'", '\\', '\\"', '\\u0000', '\\ud800']))),
  (line, random) => inserted(line, random, Buffer.from(random.pick([',', '\t', '{', '}', '[', ']', ':', '#']))),
  (line, random) => line.subarray(0, random.between(1, line.length)),
  (line, random) => line.subarray(random.int(line.length)),
  (line) => Buffer.concat([line, line]),
  (line, random) => withByte(line, random),
  (line, random) => inserted(line, random, Buffer.alloc(random.between(100, 2_000), 'x')),
  (line, random, longest) => inserted(line, random, Buffer.alloc(random.chance(0.003) ? longest : 3_000, 'y')),
  (line, random) => withMember(line, random.pick(VALUES)),
  (line, random) => withMember(line, nested(random.between(10, 500))),
  (line) => withColumns(line),
  (line, random) => withNumber(line, random),
];

/** What stands behind a key that no format knows. */
const VALUES = [
  'null',
  '1e999',
  '-0',
  '18446744073709551616',
  '{"a":null}',
  '[null]',
  '"\\u0000"',
  '""',
  '{}',
  '[]',
  'tru',
];

function inserted(line: Buffer, random: Random, bytes: Buffer): Buffer {
  const at = random.between(0, line.length);
  return Buffer.concat([line.subarray(0, at), bytes, line.subarray(at)]);
}

function withByte(line: Buffer, random: Random): Buffer {
  const copy = Buffer.from(line);
  const byte = random.int(256);
  copy[random.int(line.length)] = byte === 10 ? 0 : byte;
  return copy;
}

const nested = (depth: number) => `${'[{"d":'.repeat(depth)}1${'}]'.repeat(depth)}`;

/** A member more in an object; elsewhere the text at the end of the line. */
function withMember(line: Buffer, value: string): Buffer {
  const member = `"vendor_field":${value}`;
  const text = line.toString('latin1');
  return Buffer.from(text.endsWith('}') ? `${text.slice(0, -1)},${member}}` : `${text},${member}`, 'latin1');
}

/** As a later version of the log has them. */
function withColumns(line: Buffer): Buffer {
  const isTable = line.includes('\t');
  return Buffer.concat([line, Buffer.from(isTable ? '\tnew\t7' : ',"new","7","","x,y","2"')]);
}

function withNumber(line: Buffer, random: Random): Buffer {
  const number = random.pick(['-1', '0', '99999999999999999999999', '1e999', '1e-999', 'NaN', '0x10', '253402300800']);
  return Buffer.from(line.toString('latin1').replace(/\d+(\.\d+)?/, number), 'latin1');
}
