import type { Recognition, Specimen } from '../format.ts';
import { firstObject, isObject, type JsonObject } from '../framing/json-objects.ts';

export type BorgVariant = 'archives' | 'log';

/** `"location": "…"` of the repository, JSON as it stands. */
const LOCATION = /"repository"\s*:\s*\{[^{}]*?"location"\s*:\s*("(?:[^"\\]|\\.)*")/;

const HEAD_BYTES = 65_536;

const LOG_TYPES = ['log_message', 'archive_progress', 'progress_message', 'progress_percent', 'file_status'];

export function recogniseBorg({ head }: Specimen): (Recognition & { readonly variant: BorgVariant }) | undefined {
  if (isList(head)) {
    const text = head.toString('utf8');
    const isArchive = /"(?:id)"\s*:\s*"[0-9a-f]{64}"/.test(text) && /"start"\s*:/.test(text);
    return isArchive ? { confidence: 92, variant: 'archives' } : undefined;
  }
  const first = firstObject(head);
  if (first === undefined) return undefined;
  if (isObject(first.archive) && isObject(first.repository)) return { confidence: 95, variant: 'archives' };
  return isLogLine(first) ? { confidence: 92, variant: 'log' } : undefined;
}

/** `borg list` and `borg info`: a list of archives inside one object. */
function isList(head: Buffer): boolean {
  return /^\uFEFF?\s*\{[^[{}]*"archives"\s*:\s*\[/.test(head.toString('utf8'));
}

/** Location of the repository that a list of archives is of, '' where it names none; an archive alone is with its repository. */
export function locationOfList(document: Buffer): string {
  if (!isList(document.subarray(0, HEAD_BYTES))) return '';
  const [, location] = LOCATION.exec(document.toString('utf8')) ?? [];
  return location === undefined ? '' : stringOf(location);
}

function stringOf(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return '';
  }
}

function isLogLine(object: JsonObject): boolean {
  const { type } = object;
  if (typeof type !== 'string' || !LOG_TYPES.includes(type)) return false;
  return type !== 'log_message' || ('levelname' in object && ('time' in object || 'created' in object));
}
