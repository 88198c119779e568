/** Anything shorter would be completed with parts of today. */
const SHORTEST = 8;

/**
 * SQL for the instant that a text tells, NULL where it tells none: ISO 8601 and its relatives, or the time since 1970 in seconds
 * (with decimals), milliseconds, microseconds or nanoseconds. Text without a zone has that of the import.
 */
export function instantOrNull(text: string): string {
  const digits = `length(splitByChar('.', ${text})[1])`;
  const unitsASecond = `multiIf(${digits} <= 11, 1, ${digits} <= 14, 1000, ${digits} <= 17, 1000000, 1000000000)`;
  const microseconds = `accurateCastOrNull(toDecimal128OrNull(${text}, 6) * 1000000 / ${unitsASecond}, 'Int64')`;
  return `multiIf(length(${text}) < ${SHORTEST}, NULL,
    match(${text}, '^[0-9]{9,19}(\\\\.[0-9]+)?$'), fromUnixTimestamp64Micro(${microseconds}, 'UTC'),
    parseDateTime64BestEffortOrNull(${text}, 6))`;
}
