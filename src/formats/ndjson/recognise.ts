import type { Recognition, Specimen } from '../format.ts';
import { firstObject, isObject, type JsonObject } from '../framing/json-objects.ts';
import { ECS, FIELDS, type Field, type FieldMap, FLAT, normalName } from './field-map.ts';

/** Below every other format: an object with a time may be anybody's. */
const CONFIDENCE = 30;
/** Fields that a record must name beside its time. */
const ENOUGH_FIELDS = 2;
/** Of which one is among these; a snapshot of a backup has a time, a user and a computer too. */
const TELLING: readonly Field[] = ['src_ip', 'dst_ip', 'query', 'url', 'process', 'rule'];

export function recogniseNdjson({ head }: Specimen): (Recognition & { readonly variant: string }) | undefined {
  const first = firstObject(head);
  if (first === undefined) return undefined;
  const names = new Set(namesOf(isObject(first._source) ? first._source : first, ''));
  const [ecs, flat] = [fieldsNamed(ECS, names), fieldsNamed(FLAT, names)];
  if (Math.max(ecs, flat) < ENOUGH_FIELDS) return undefined;
  return { confidence: CONFIDENCE, variant: ecs > flat ? 'ecs' : 'flat' };
}

/** Paths of all members, as they are compared. */
function namesOf(object: JsonObject, prefix: string): string[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const name = normalName(`${prefix}${key}`);
    return isObject(value) ? namesOf(value, `${name}.`) : [name];
  });
}

/** How many fields of the map have a name here, beside the time; none counts without that and one that tells. */
function fieldsNamed(map: FieldMap, names: ReadonlySet<string>): number {
  const named = FIELDS.filter((field) => map[field].some((name) => names.has(normalName(name))));
  return named.includes('time') && TELLING.some((field) => named.includes(field)) ? named.length - 1 : 0;
}
