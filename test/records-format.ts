import type { Format } from '../src/formats/format.ts';
import { createLineFramer } from '../src/formats/framing/lines.ts';
import { RECORD_COLUMNS, type RecordColumn } from '../src/formats/record.ts';
import { sqlText } from '../src/kit/sql-literals.ts';

/** One event as tests write it: record columns by name, `time` as ISO 8601. */
export type TestRecord = Readonly<Partial<Record<RecordColumn, unknown>>>;

/** JSON lines whose members are record columns: any event can be written, through the same pipeline as real logs. */
export const recordsFormat: Format = {
  name: 'test-records',
  title: 'Records of tests',
  recognise: () => ({ confidence: 100 }),
  createFramer: () => createLineFramer({ variant: 'json', context: '' }),
  variants: { json: { columns: columnExpressions() } },
};

function columnExpressions(): Partial<Record<RecordColumn, string>> {
  const expressions: Partial<Record<RecordColumn, string>> = {};
  for (const [name, { type, missing }] of Object.entries(RECORD_COLUMNS)) {
    if (name === 'raw') continue;
    expressions[name as RecordColumn] =
      name === 'time'
        ? `parseDateTime64BestEffortOrNull(JSONExtractString(text, 'time'), 6, 'UTC')`
        : `if(JSONHas(text, '${name}'), JSONExtract(text, '${name}', ${sqlText(type)}), ${missing})`;
  }
  return expressions;
}

export function recordLines(records: readonly TestRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
