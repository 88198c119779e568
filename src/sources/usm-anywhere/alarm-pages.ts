import { z } from 'zod';
import type { UsmConnection } from './connection.ts';
import { unavailable } from './fetch-json.ts';

/** One page of the alarms of another server, as they came. */
export interface AlarmPage {
  readonly alarms: readonly unknown[];
  /** Whether there is another one. */
  readonly isLast: boolean;
}

/** Sections 2.1 and 2.3 of usm.md; clients bear an empty list without `_embedded`. */
const ENVELOPE = z.object({
  _embedded: z.object({ alarms: z.array(z.unknown()).optional() }).optional(),
  _links: z.object({ next: z.object({ href: z.string() }).optional() }).optional(),
  page: z.object({ totalElements: z.number() }),
});

export interface AlarmListing {
  /** Those whose last event was at this instant or later, in milliseconds; null for all. */
  readonly fromMs: number | null;
  /** By the time of their last event, oldest first; or those first that were raised last. */
  readonly order: 'timestamp_occured,asc' | 'timestamp_received,desc';
  readonly size: number;
  readonly signal: AbortSignal;
}

/**
 * Pages of alarms.
 *
 * Of a link to the next page only the parameters count: names of hosts in links are often others than those by which a server
 * is reached, and no answer can lead elsewhere. Fails with `unavailable`, also for a server that repeats itself.
 */
export async function* alarmPages(
  connection: UsmConnection,
  { fromMs, order, size, signal }: AlarmListing,
): AsyncGenerator<AlarmPage, void> {
  const url = new URL(connection.alarmsUrl);
  url.search = `sort=${order}&size=${size}${fromMs === null ? '' : `&timestamp_occured_gte=${fromMs}`}`;
  const asked = new Set<string>();
  let before: string | undefined;
  for (;;) {
    asked.add(url.search);
    const { alarms, next } = await readPage(connection, url, signal);
    const ids = alarms.map((alarm) => (alarm as { uuid?: unknown } | null)?.uuid).join();
    if (alarms.length > 0 && ids === before) throw unavailable('it gives the same page of alarms again and again');
    before = ids;
    yield { alarms, isLast: next === undefined };
    if (next === undefined) return;
    url.search = next;
    if (asked.has(url.search)) throw unavailable('its pages of alarms lead in a circle');
  }
}

async function readPage(connection: UsmConnection, url: URL, signal: AbortSignal) {
  const read = ENVELOPE.safeParse(await connection.get(url, signal));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw unavailable(`its list of alarms is malformed: ${issue?.path.join('.') || 'the answer'}: ${issue?.message}`);
  }
  const { _embedded, _links } = read.data;
  const alarms = _embedded?.alarms ?? [];
  // An empty page ends a list, whatever links it has.
  const next = alarms.length === 0 ? undefined : queryOf(_links?.next?.href);
  return { alarms, next };
}

function queryOf(href: string | undefined): string | undefined {
  if (href === undefined) return undefined;
  const query = /^[^?#]*(\?[^#]*)/.exec(href)?.[1];
  if (query === undefined || query.length > 8192) throw unavailable('its link to the next page has no parameters');
  return query;
}
