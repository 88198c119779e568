import type { Call } from './call.ts';
import { type PageAsked, sortTexts } from './paging.ts';

export interface Link {
  readonly href: string;
  readonly templated: boolean;
}

export function link(href: string, templated = false): Link {
  return { href, templated };
}

/** One page of a collection and what is known of the whole. */
export interface CollectionPage {
  readonly page: PageAsked<string>;
  readonly total: number;
  /** What the next pages must be asked with to be of the same collection. */
  readonly moment: number;
}

/** The envelope of a collection (section 2.1). `embedded` holds its items by name. */
export function collection(
  call: Pick<Call, 'origin' | 'request' | 'moments'>,
  answer: CollectionPage,
  embedded: Readonly<Record<string, readonly object[]>>,
) {
  const { size, number } = answer.page;
  const totalPages = Math.ceil(answer.total / size);
  return {
    _links: linksOf(call, answer, totalPages),
    _embedded: embedded,
    page: { size, totalElements: answer.total, totalPages, number },
  };
}

function linksOf(
  { origin, request, moments }: Pick<Call, 'origin' | 'request' | 'moments'>,
  { page, moment }: CollectionPage,
  totalPages: number,
) {
  const [path = '', query = ''] = request.url.split(/\?(.*)/s);
  const kept = query.split('&').filter((piece) => piece !== '' && !OURS.has(nameOf(piece)));
  const order = sortTexts(page).map((text) => `sort=${text}`);
  const to = (number: number, ...more: string[]) =>
    link(`${origin}${path}?${[...kept, `page=${number}`, `size=${page.size}`, ...order, ...more].join('&')}`);
  // Where there is but one page, no other one needs to be of the same list.
  const same = totalPages > 1 ? [`moment=${moments.write(moment)}`] : [];
  return {
    first: to(0),
    ...(page.number > 0 && { prev: to(page.number - 1, ...same) }),
    self: link(origin + request.url),
    ...(page.number + 1 < totalPages && { next: to(page.number + 1, ...same) }),
    last: to(Math.max(0, totalPages - 1), ...same),
  };
}

/** Parameters that links say anew; whatever else was asked with is kept as it was spelt. */
const OURS: ReadonlySet<string> = new Set(['page', 'size', 'sort', 'moment']);

function nameOf(piece: string): string {
  const name = piece.split('=', 1)[0]?.replaceAll('+', ' ') ?? '';
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}
