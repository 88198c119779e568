import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Format } from '../../src/formats/format.ts';
import { FORMATS } from '../../src/formats/registry.ts';
import { chooseFormat } from '../../src/ingest/detect-format.ts';
import { seededRandom } from '../../src/kit/random.ts';
import { cutAll, type FormatHarness, openFormatHarness } from '../format-harness.ts';

// What every registered format must do, asked of its own sample. What a format reads in particular, its own tests say.

const ROOM = join(import.meta.dirname, '../../src/formats');
/** Folders of the room that are no format. */
const SHARED = ['framing', 'masking', 'sql'];

const folders = readdirSync(ROOM, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !SHARED.includes(entry.name))
  .map((entry) => entry.name);

test('every format folder is registered, and every registered format has its folder', () => {
  expect(FORMATS.map((format) => format.name).sort()).toEqual(folders.sort());
});

const samples = folders.flatMap((folder) =>
  readdirSync(join(ROOM, folder))
    .filter((name) => name.startsWith('sample.'))
    .map((name) => ({ folder, name, bytes: readFileSync(join(ROOM, folder, name)) })),
);

describe.each(FORMATS.map((format) => ({ name: format.name, format })))('$name', ({ name, format }) => {
  const own = samples.filter((sample) => sample.folder === name);
  let harness: FormatHarness;

  beforeAll(async () => {
    harness = await openFormatHarness([format]);
  });

  afterAll(async () => {
    await harness.close();
  });

  test('says what it reads, and shows it', () => {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(Object.keys(format.variants).length).toBeGreaterThan(0);
    expect(existsSync(join(ROOM, name, 'README.md'))).toBe(true);
    expect(own.length).toBeGreaterThan(0);
  });

  test.each(own)('is the one that recognises $name, plain or with a byte order mark', ({ name: path, bytes }) => {
    expect(chooseFormat(FORMATS, { path, head: bytes.subarray(0, 65_536) }).format.name).toBe(name);
  });

  test.each([
    ['an empty input', Buffer.alloc(0)],
    [
      'a picture',
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('\0\x10JFIF\0'), Buffer.alloc(2000, 0x5a)]),
    ],
    ['prose', Buffer.from('# Notes\n\nThe file beside this one holds, among other things, logs.\n'.repeat(20))],
    ['JSON of something else', Buffer.from('{"name":"x","version":"1.0.0","scripts":{"test":"true"}}\n')],
    ['a table of something else', Buffer.from('id,name,price\n1,chair,10\n2,table,30\n')],
  ])('does not recognise %s', (_, head) => {
    expect(format.recognise({ path: 'something.txt', head })).toBeUndefined();
  });

  test.each(own)('reads $name as its folder says', async ({ name: path, bytes }) => {
    const { events } = await harness.read(format, path, bytes);
    expect(events).toMatchObject(expectedOf(name));
    expect(events).toHaveLength(expectedOf(name).length);
  });

  test.each(own)(
    'reads $name alike through windows of any size, and with CRLF line ends',
    async ({ name: path, bytes }) => {
      const whole = await harness.read(format, path, bytes);
      for (const windowBytes of [Math.ceil(bytes.length / 2.5), Math.ceil(bytes.length / 7)]) {
        const { events, rejects } = await harness.read(format, path, bytes, { windowBytes });
        expect(events.map(contentOf)).toEqual(whole.events.map(contentOf));
        expect(rejects.map(({ reason }) => reason)).toEqual(whole.rejects.map(({ reason }) => reason));
      }
      const crlf = await harness.read(format, path, bytes.toString().replaceAll('\n', '\r\n'));
      expect(crlf.counts).toEqual(whole.counts);
    },
  );

  test.each(
    own.flatMap((sample) => [
      { ...sample, joint: '\n', between: 'a line end' },
      ...(isWholeJson(sample.bytes) ? [{ ...sample, joint: '', between: 'nothing' }] : []),
    ]),
  )('reads every record of two copies of $name with $between between them', ({ name: path, bytes, joint }) => {
    const copy = bytes.toString().trimEnd();
    const once = recordsIn(format, path, copy);
    for (const windowBytes of [32 * 2 ** 20, Math.ceil(bytes.length / 3)]) {
      const twice = recordsIn(format, path, `${copy}${joint}${copy}\n`, windowBytes);
      expect(twice.slice(0, once.length)).toEqual(once);
      // The header of a second copy is a record, to be refused.
      expect(twice.slice(-once.length)).toEqual(once);
      expect(twice.length).toBeGreaterThanOrEqual(2 * once.length);
    }
  });

  test.each(own)('accounts for every record of damaged copies of $name', async ({ name: path, bytes }) => {
    const random = seededRandom(`${name}/${path}`);
    const { variant } = chooseFormat([format], { path, head: bytes });
    for (let round = 0; round < 6; round += 1) {
      const { counts } = await harness.read(
        format,
        path,
        damaged(bytes, random),
        variant === undefined ? {} : { variant },
      );
      expect(counts.stored + counts.rejected + counts.ignored).toBe(counts.received);
    }
  });
});

type Row = Record<string, unknown>;

function expectedOf(folder: string): Row[] {
  return JSON.parse(readFileSync(join(ROOM, folder, 'expected.json'), 'utf8'));
}

/** Everything but where the event stands. */
function contentOf(event: Row): Row {
  return { ...event, seq: 0, row: 0 };
}

/** What a framer gives the mapping, record by record. */
function recordsIn(format: Format, path: string, input: string, windowBytes = input.length): string[] {
  const bytes = Buffer.from(input);
  const specimen = { path, head: bytes.subarray(0, 65_536) };
  const variant = format.recognise(specimen)?.variant;
  const framer = format.createFramer({ ...specimen, ...(variant !== undefined && { variant }) });
  return cutAll(framer, bytes, windowBytes).flatMap(({ lines, context, faults }) => [
    ...Buffer.concat(lines)
      .toString()
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => `${context} ${line}`),
    ...faults.map(({ reason }) => reason),
  ]);
}

/** Whether the text is JSON from its first to its last byte, so that nothing need be between it and more of it. */
function isWholeJson(bytes: Buffer): boolean {
  return /^[[{].*[\]}]$/s.test(bytes.toString().trim());
}

/** Behind the first line, which says what the input is: bytes replaced, a stretch cut out, zeros and stray bytes put in, an early end. */
function damaged(bytes: Buffer, random: ReturnType<typeof seededRandom>): Buffer {
  const first = bytes.indexOf(0x0a) + 1;
  const copy = Buffer.from(bytes);
  const place = () => random.between(first, copy.length - 1);
  for (let change = 0; change < 20; change += 1)
    copy[place()] = random.pick([0, 0x0a, 0x22, 0x5c, 0x7b, 0xff, 0xc3, 0x2c]);
  const [from, to] = [place(), place()].sort((a, b) => a - b);
  return Buffer.concat([
    copy.subarray(0, from),
    Buffer.from('\0\xff"\n', 'latin1'),
    copy.subarray(from === to ? from : Math.min(to ?? 0, (from ?? 0) + 40), place()),
  ]);
}
