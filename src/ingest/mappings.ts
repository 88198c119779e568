import type { LandingMapping } from '../events/landing.ts';
import type { Format } from '../formats/format.ts';
import { RECORD_COLUMNS, type RecordColumn } from '../formats/record.ts';

/** Name of the landing table of a format's variant: `umbrella-csv` and `dnslogs` → `umbrella_csv_dnslogs`. */
export function landingName(format: string, variant: string): string {
  return `${format}_${variant}`.replaceAll(/[^a-z0-9]+/g, '_');
}

/** What the event plane needs to know of each format: an expression for every record column, given or by default. */
export function landingMappings(formats: readonly Format[]): LandingMapping[] {
  return formats.flatMap((format) =>
    Object.entries(format.variants).map(([variant, mapping]) => ({
      name: landingName(format.name, variant),
      format: format.name,
      with: mapping.with ?? [],
      columns: Object.entries(RECORD_COLUMNS).map(([name, { type, missing }]) => ({
        name,
        type,
        expression: mapping.columns[name as RecordColumn] ?? missing,
      })),
    })),
  );
}
