/** RFC 3339; a `+` of the offset may have come as a blank, which is what it decodes to in a query. */
const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[-+ ]\d{2}:\d{2})$/i;

/** Reads an RFC 3339 timestamp with any offset. @returns milliseconds since 1970; undefined where it is none */
export function parseInstant(text: string): number | undefined {
  const [, date, time, fraction = '', zone] = RFC_3339.exec(text.trim()) ?? [];
  if (date === undefined || time === undefined || zone === undefined) return undefined;
  // A day that the month does not have would roll over into the next one.
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const instant = Date.parse(`${date}T${time}.${milliseconds}${zone.replace(' ', '+').toUpperCase()}`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** An instant as answers spell it: `2026-01-31T09:00:00Z` (section 6.1). */
export function formatInstant(instant: string | number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
