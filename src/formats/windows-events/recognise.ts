import type { Recognition, Specimen } from '../format.ts';
import { firstObject, isObject, type JsonObject } from '../framing/json-objects.ts';

/** Keys of which a flat record has some beside `EventID`, as NXLog and its relatives write them. */
const FLAT_KEYS = [
  'Channel',
  'SourceName',
  'ProviderGuid',
  'Provider_Name',
  'Hostname',
  'Computer',
  'EventTime',
  'RecordNumber',
  'EventRecordID',
  'Keywords',
];
const ENOUGH_FLAT_KEYS = 3;

export function recogniseWindowsEvents({ head }: Specimen): Recognition | undefined {
  const first = firstObject(head);
  if (first === undefined) return undefined;
  const record = isObject(first._source) ? first._source : first;
  return isXmlShaped(record) || isBeat(record) || isFlat(record) ? { confidence: 95 } : undefined;
}

/** The XML of the event log as JSON, with or without its outermost element. */
function isXmlShaped(record: JsonObject): boolean {
  const event = isObject(record.Event) ? record.Event : record;
  return isObject(event.System) && 'EventID' in event.System;
}

function isBeat(record: JsonObject): boolean {
  const { winlog } = record;
  return (
    (isObject(winlog) && ('event_id' in winlog || 'channel' in winlog)) ||
    'winlog.event_id' in record ||
    ('event_id' in record && 'log_name' in record)
  );
}

function isFlat(record: JsonObject): boolean {
  return 'EventID' in record && FLAT_KEYS.filter((key) => key in record).length >= ENOUGH_FLAT_KEYS;
}
