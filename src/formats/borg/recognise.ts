import type { Recognition, Specimen } from '../format.ts';
import { firstObject, isObject, type JsonObject } from '../framing/json-objects.ts';

export type BorgVariant = 'archives' | 'log';

/** `"location": "…"` of the repository, JSON as it stands. */
const LOCATION = /"repository"\s*:\s*\{[^{}]*?"location"\s*:\s*("(?:[^"\\]|\\.)*")/;

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
export function isList(head: Buffer): boolean {
  return /^\uFEFF?\s*\{[^[{}]*"archives"\s*:\s*\[/.test(head.toString('utf8'));
}

/** The repository's location, where the text tells one; '' otherwise. */
export function locationIn(text: string): string {
  const [, location] = LOCATION.exec(text) ?? [];
  return location === undefined ? '' : String(JSON.parse(location));
}

function isLogLine(object: JsonObject): boolean {
  const { type } = object;
  if (typeof type !== 'string' || !LOG_TYPES.includes(type)) return false;
  return type !== 'log_message' || ('levelname' in object && ('time' in object || 'created' in object));
}
