/** Beyond the year 9999 the order of texts is not that of times. */
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** ISO 8601 of what may lie outside the years that texts can be compared in: of their nearest instant then. */
export function sortableInstant(ms: number): string {
  return new Date(Math.max(0, Math.min(ms, LAST_MS))).toISOString();
}
