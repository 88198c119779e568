import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEvents } from '../../test/test-events.ts';
import { spreadsheetText, spreadsheetTextSql } from '../kit/spreadsheet-text.ts';
import type { EventStore } from './client.ts';

let folder: string;
let store: EventStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-cells-'));
  store = await openTestEvents(join(folder, 'events'));
});

afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

const CELLS: readonly (readonly [text: string, written: string])[] = [
  ['', ''],
  ['plain', 'plain'],
  ['1=2', '1=2'],
  ['a-b; c+d', 'a-b; c+d'],
  ['=1', "'=1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@A1', "'@A1"],
  ['  =1', "'  =1"],
  ['\t=1', "'\t'=1"],
  ['\t\t=1', "'\t\t'=1"],
  ['\tx', "'\tx"],
  ['\rx', "'\rx"],
  ['\r=1', "'\r'=1"],
  ['a\n=1', "a\n'=1"],
  ['a\r\n-1', "a\r\n'-1"],
  ['a;=1', "a;'=1"],
  ['a;\n=1', "a;\n'=1"],
  ['a;\t \r\n@x', "a;\t \r\n'@x"],
  ['a; =1;b;@c', "a;' =1;b;'@c"],
  ['a\t=1', "a\t'=1"],
  ['"=1', `'"=1`],
  ['\u200b=1', "'\u200b=1"],
  ['\ufeff\u00a0=1', "'\ufeff\u00a0=1"],
  ['\u2060+1', "'\u2060+1"],
  ['＝1', "'＝1"],
  ['＋1', "'＋1"],
  ['－1', "'－1"],
  ['＠A1', "'＠A1"],
  ['a;\u200b＝1', "a;'\u200b＝1"],
  ['ümlaut;日本', 'ümlaut;日本'],
];

test.each(CELLS)('the cell %j is written %j', (text, written) => {
  expect(spreadsheetText(text)).toBe(written);
});

test('the engine writes the same', async () => {
  const rows = await store.query<{ written: string }>(
    `SELECT ${spreadsheetTextSql('cell')} AS written FROM (SELECT arrayJoin({cells:Array(String)}) AS cell)`,
    { cells: CELLS.map(([text]) => text) },
  );
  expect(rows.map(({ written }) => written)).toEqual(CELLS.map(([, written]) => written));
});
