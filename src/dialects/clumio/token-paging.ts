import { badInput } from '../../model/errors.ts';
import type { RawQuery } from '../kit/raw-query.ts';
import { type Links, link } from './links.ts';
import { readPage } from './paging.ts';
import { isUuid } from './units.ts';

/** Where a list has been read to: when the last item that was read was created, and its id. */
export interface Place {
  readonly createdAt: string;
  readonly id: string;
}

/** One page of a list that is read by tokens (section 5.1). */
export interface TokenPage {
  readonly limit: number;
  /** As it was sent; '' for the first page. */
  readonly start: string;
  readonly after: Place | undefined;
}

/** Fails with `bad_request` for a token that was not given out here. */
export function readTokenPage(query: RawQuery): TokenPage {
  const { limit } = readPage(new Map([...query].filter(([name]) => name !== 'start')));
  const start = query.get('start')?.at(-1)?.trim() ?? '';
  return { limit, start, after: start === '' ? undefined : readToken(start) };
}

function readToken(token: string): Place {
  const [createdAt = '', id = '', ...others] = Buffer.from(token, 'base64url').toString('utf8').split(' ');
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(createdAt);
  if (/^[\w-]+$/.test(token) && isInstant && isUuid(id) && others.length === 0) return { createdAt, id };
  throw badInput('start', token, 'invalid value for start: not a page token of this list');
}

/** Of signs that need no encoding: clients lift it out of the link and paste it into the next one. */
function writeToken({ createdAt, id }: Place): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url');
}

export interface ListedTokenPage {
  readonly path: string;
  readonly page: TokenPage;
  readonly items: readonly object[];
  /** Null at the end. */
  readonly next: Place | null;
  readonly filterApplied: string;
  readonly links: Links;
}

/** The envelope of such lists: that of section 6.3 without totals. */
export function tokenListBody({ path, page, items, next, filterApplied, links }: ListedTokenPage) {
  const to = (start: string) => {
    const filter = filterApplied === '' ? '' : `&filter=${encodeURIComponent(filterApplied)}`;
    return link(`${path}?limit=${page.limit}${filter}&start=${start}`);
  };
  return {
    _embedded: { items },
    _links: { _self: to(page.start), _first: to(''), ...(next && { _next: to(writeToken(next)) }), ...links },
    current_count: items.length,
    filter_applied: filterApplied,
    limit: page.limit,
    start: page.start,
  };
}
