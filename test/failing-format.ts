import type { Format } from '../src/formats/format.ts';
import { RECORD_COLUMNS } from '../src/formats/record.ts';

/** Records that hold it are those that a failing format fails on. */
export const FAULT_MARK = 'BELFRY-FAULT';

/** What the engine says of them. */
export const FAULT_MESSAGE = 'injected fault';

/** The format with mappings on which the engine fails where a record holds the mark. */
export function failingFormat(format: Format): Format {
  const fault = `substring('', 1 + throwIf(position(text, '${FAULT_MARK}') > 0, '${FAULT_MESSAGE}'))`;
  const variants = Object.entries(format.variants).map(([variant, mapping]) => {
    const { refused = RECORD_COLUMNS.refused.missing } = mapping.columns;
    return [variant, { ...mapping, columns: { ...mapping.columns, refused: `concat(${refused}, ${fault})` } }] as const;
  });
  return { ...format, variants: Object.fromEntries(variants) };
}
