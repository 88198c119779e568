import { closest } from '../../kit/closest.ts';
import { badInput } from '../../model/errors.ts';
import { FIELDS, type Field, normalName } from './field-map.ts';

/** Names that the user gives for some fields; they come before those of the map. */
export type OwnMap = Readonly<Partial<Record<Field, readonly string[]>>>;

/**
 * What the user wrote behind `ndjson/`: `time=when,src_ip=client.addr|peer`, several names of a field separated by `|`.
 *
 * @throws AppError `bad_request` when a field is none of FIELDS, or has no name
 */
export function parseOwnMap(text: string): OwnMap {
  const pairs = text.split(',').map((pair): [Field, string[]] => {
    const [field = '', names = ''] = pair.split('=', 2).map((part) => part.trim());
    if (!isField(field)) throw badInput('format', `ndjson/${text}`, unknownField(field));
    const own = names
      .split('|')
      .map(normalName)
      .filter((name) => name !== '');
    if (own.length === 0) throw badInput('format', `ndjson/${text}`, `the field map names nothing for ${field}`);
    return [field, own];
  });
  return Object.fromEntries(pairs);
}

function isField(name: string): name is Field {
  return FIELDS.some((field) => field === name);
}

function unknownField(field: string): string {
  const meant = closest(field, FIELDS);
  const hint = meant === undefined ? `known are ${FIELDS.join(', ')}` : `did you mean ${meant}?`;
  return `the field map has no field ${field.slice(0, 80) || "''"}; ${hint}`;
}
