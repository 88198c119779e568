/** Settings of one statement. Names are ours; values are numbers or plain words, checked before they enter SQL text. */
export type Settings = Readonly<Record<string, number | string>>;

/**
 * `SETTINGS a = 1, b = 'x'`. Kept to the statement on purpose: settings given to an embedded session stay with it.
 */
export function settingsClause(settings: Settings): string {
  const items = Object.entries(settings).map(([name, value]) => {
    if (typeof value === 'string' && !/^[\w/+:-]*$/.test(value)) throw new Error(`unsafe value for setting ${name}`);
    return `${name} = ${typeof value === 'string' ? `'${value}'` : value}`;
  });
  return items.length === 0 ? '' : `SETTINGS ${items.join(', ')}`;
}

/** What one file may take of the engine, bytes and seconds: sorting beyond a part of the memory goes on on disk. */
export const FILE_LIMITS: Settings = {
  max_memory_usage: 2 * 2 ** 30,
  // Each thread sorts a part, and holds it twice while it is written.
  max_threads: 2,
  max_bytes_before_external_sort: 256 * 2 ** 20,
  max_bytes_before_external_group_by: 512 * 2 ** 20,
  // While there are ratios, which are of the whole machine's memory, the engine does not heed the bytes.
  max_bytes_ratio_before_external_sort: 0,
  max_bytes_ratio_before_external_group_by: 0,
  // So much of every sorted part is read at a time while they are merged.
  prefer_external_sort_block_bytes: 2 ** 20,
  max_execution_time: 3600,
};

/** How answers are written that become objects here. */
export const JSON_SETTINGS: Settings = {
  output_format_json_quote_64bit_integers: 0,
  // Logs hold bytes that are no UTF-8; answers must be JSON all the same.
  output_format_json_validate_utf8: 1,
};
