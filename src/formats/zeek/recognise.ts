import type { Recognition, Specimen } from '../format.ts';
import { firstObject, isObject, type JsonObject } from '../framing/json-objects.ts';
import { logOfPath } from './log-names.ts';
import { IGNORED_LOGS } from './logs.ts';

/** Keys that every record of a log has, for files whose name tells nothing. */
const TELLING_KEYS: readonly (readonly [log: string, ...keys: string[]])[] = [
  ['conn', 'conn_state'],
  ['dns', 'trans_id', 'rejected'],
  ['http', 'trans_depth', 'response_body_len'],
  ['notice', 'note', 'actions'],
  ['ssl', 'established', 'resumed'],
  ['files', 'fuid', 'seen_bytes'],
];

export function recognise({ path, head }: Specimen): Recognition | undefined {
  if (isTsv(head)) return { confidence: 98 };
  const first = firstObject(head);
  return first === undefined ? undefined : recogniseJson(first, logOfPath(path));
}

/** A header block is at the front, but for what an editor or a rotation may have put there. */
export function isTsv(head: Buffer): boolean {
  return /^(?:\uFEFF|\s)*#separator /.test(head.toString('utf8', 0, 256)) || hasFields(head);
}

export function hasFields(head: Buffer): boolean {
  return (
    /^(?:\uFEFF)?#fields./m.test(head.toString('utf8')) && /^#(?:types|path|unset_field)./m.test(head.toString('utf8'))
  );
}

function recogniseJson(first: JsonObject, logOfName: string | undefined): Recognition | undefined {
  const wrapped = unwrapped(first);
  const record = wrapped?.record ?? first;
  if (!('ts' in record)) {
    return logOfName !== undefined && IGNORED_LOGS.includes(logOfName)
      ? { confidence: 40, variant: logOfName }
      : undefined;
  }
  const own = wrapped?.log ?? record._path;
  if (typeof own === 'string') return { confidence: 95, variant: own };
  const log = logOfName ?? logOfKeys(record);
  const variant = log === undefined ? {} : { variant: log };
  if (hasConnection(record)) return { confidence: 95, ...variant };
  return log === undefined ? undefined : { confidence: 60, ...variant };
}

/** Names of the four parts of a connection, as Zeek writes them or as pipelines rename them. */
function hasConnection(record: JsonObject): boolean {
  return 'id.orig_h' in record || 'id_orig_h' in record || (isObject(record.id) && 'orig_h' in record.id);
}

function logOfKeys(record: JsonObject): string | undefined {
  return TELLING_KEYS.find(([, ...keys]) => keys.every((key) => key in record))?.[0];
}

/** The object that the Kafka writer wrapped, and the log that its only key names. */
function unwrapped(object: JsonObject): { log: string; record: JsonObject } | undefined {
  const [[log, record] = ['', undefined], another] = Object.entries(object);
  return another === undefined && isObject(record) ? { log, record } : undefined;
}
