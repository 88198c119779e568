import { basename } from 'node:path';
import type { Recognition, Specimen } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { isObject } from '../framing/json-objects.ts';

/** Records looked at; one stranger in front does not hide the rest. */
const RECORDS = 5;

/** An export that holds each event as a JSON string: `{"raw_logs":{"entries":[{"data":"{\"event_type\":…`. */
const WRAPPED = /^\s*\{[^[]*"entries"\s*:\s*\[/;

/** What every event of Suricata has, in that or another order. */
const TELLING = ['flow_id', 'src_ip', 'stats', 'pcap_cnt', 'in_iface', 'engine', 'host'];

export function recogniseEve({ path, head }: Specimen): Recognition | undefined {
  const text = head.toString('utf8');
  if (!/^\uFEFF?\s*[[{]/.test(text)) return undefined;
  if (WRAPPED.test(text) && /"data"\s*:\s*"\{/.test(text) && text.includes('\\"event_type\\"')) {
    return { confidence: 92, variant: 'wrapped' };
  }
  if (firstRecords(head).some(isEvent)) return { confidence: 95, variant: 'events' };
  if (isNamedEve(path)) return { confidence: 40, variant: 'events' };
  return undefined;
}

/** Whole records at the front, or the one that the specimen ends in. */
function firstRecords(head: Buffer): unknown[] {
  const [records = Buffer.alloc(0)] = createJsonFramer({ variant: '', context: '' }).cut(head, true).lines;
  const lines = records.toString('utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .slice(0, RECORDS)
    .map((line) => parsed(line) ?? truncated(line));
}

function isEvent(record: unknown): boolean {
  return (
    isObject(record) &&
    typeof record.event_type === 'string' &&
    typeof record.timestamp === 'string' &&
    TELLING.some((key) => key in record)
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What can be told of a record longer than the specimen, such as statistics of many threads. */
function truncated(text: string): unknown {
  const names = [...text.matchAll(/"(\w+)"\s*:/g)].map(([, name = '']) => [name, '']);
  return Object.fromEntries(names);
}

function isNamedEve(path: string): boolean {
  return /^eve\b.*\.(?:json|ndjson|jsonl|log)\b/i.test(basename(path));
}
