import type { QueryParameters } from '../../events/parameters.ts';
import type { Organization } from '../../model/organization.ts';
import type { ReportUnits, ReportWords } from './report-work.ts';

/** Id and name of each organization by its number, as whoever asked knows them. */
export interface UnitNames {
  readonly numbers: readonly number[];
  readonly ids: readonly string[];
  readonly names: readonly string[];
}

export function unitNames({ units, rootId }: ReportUnits, words: ReportWords): UnitNames {
  const known = [...units.values()].map((unit: Organization) => ({ unit, ...words.unitName(unit, rootId) }));
  return {
    numbers: known.map(({ unit }) => unit.id),
    ids: known.map(({ id }) => id),
    names: known.map(({ name }) => name),
  };
}

/** Values for the places in UNIT_ID and UNIT_NAME. */
export function unitParameters({ numbers, ids, names }: UnitNames): QueryParameters {
  return { unit_numbers: numbers, unit_ids: ids, unit_names: names };
}

const byNumber = (values: string) => `transform(org, {unit_numbers:Array(UInt32)}, {${values}:Array(String)}, '')`;

/** Expressions over a column `org`; '' for an organization that is not among them. */
export const UNIT_ID = byNumber('unit_ids');
export const UNIT_NAME = byNumber('unit_names');
