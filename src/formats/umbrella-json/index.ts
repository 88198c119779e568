import type { Format, Framer, RecordMapping, Specimen } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { requireTable } from '../umbrella-csv/index.ts';
import { mappingOf } from '../umbrella-csv/mapping.ts';
import { TABLES } from '../umbrella-csv/tables.ts';
import { recordSql } from './keys.ts';
import { recogniseJson } from './recognise.ts';

/** Rows of the Umbrella export that a connector has turned into JSON objects (spec log-formats.md, section 1.8). */
export const umbrellaJson: Format = {
  name: 'umbrella-json',
  title: 'Cisco Umbrella log export, as JSON',
  recognise: recogniseJson,
  createFramer(input: Specimen & { readonly variant?: string }): Framer {
    const table = requireTable(input.variant ?? recogniseJson(input)?.variant, 'umbrella-json');
    return createJsonFramer({ variant: table.name, context: '' });
  },
  variants: Object.fromEntries(
    TABLES.map((table): [string, RecordMapping] => [table.name, mappingOf(recordSql(table))]),
  ),
};
