import { type Link, type Links, link } from './links.ts';
import type { Page } from './paging.ts';

export interface ListedPage {
  /** Path of the list. */
  readonly path: string;
  readonly page: Page;
  readonly items: readonly object[];
  readonly total: number;
  /** The filter in force, `''` for none. */
  readonly filterApplied: string;
  /** Parameters besides limit, start and filter that the links must carry on. */
  readonly more?: Readonly<Record<string, string>>;
}

/** The envelope of lists that are read by page number (section 6.3). */
export function listBody({ path, page, items, total, filterApplied, more = {} }: ListedPage) {
  const pages = Math.ceil(total / page.limit);
  const to = (number: number) => link(pageHref(path, { ...page, number }, { filter: filterApplied, ...more }));
  return {
    _embedded: { items },
    _links: pageLinks(page.number, pages, to),
    current_count: items.length,
    filter_applied: filterApplied,
    limit: page.limit,
    start: String(page.number),
    total_count: total,
    total_pages_count: pages,
  };
}

/** Clients stop where there is no `_next`. */
function pageLinks(number: number, pages: number, to: (number: number) => Link): Links {
  return {
    _self: to(number),
    _first: to(1),
    _last: to(Math.max(1, pages)),
    ...(number < pages && { _next: to(number + 1) }),
    ...(number > 1 && { _prev: to(Math.max(1, Math.min(number - 1, pages))) }),
  };
}

/** `start` stands last, in clear text: clients take the rest of the address after it for the next page. */
function pageHref(path: string, { limit, number }: Page, parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  const query = [['limit', String(limit)], ...given, ['start', String(number)]];
  return `${path}?${query.map(([name, value = '']) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}
