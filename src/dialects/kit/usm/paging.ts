import type { Order } from '../../../model/query.ts';
import type { Call } from './call.ts';
import { integerOf, textOf, textsOf } from './parameters.ts';

const DEFAULT_SIZE = 20;
const LARGEST_SIZE = 2000;
const LARGEST_NUMBER = 2 ** 31 - 1;
const DEFAULT_FIELD = 'timestamp_occured';

/** Sort fields of a collection: the vendor's names, and ours. */
export type SortFields<Field extends string> = Readonly<Record<string, Field>>;

/** Which page is asked for (section 2.2). */
export interface PageAsked<Field extends string> {
  /** From 0. */
  readonly number: number;
  readonly size: number;
  /** Empty for the default order. */
  readonly sort: readonly { readonly name: string; readonly field: Field; readonly order: Order }[];
  /** Ours: the state of the collection that the first page was read from. */
  readonly moment: number | undefined;
}

export function pageOf<Field extends string>(
  { query, moments }: Pick<Call, 'query' | 'moments'>,
  fields: SortFields<Field>,
): PageAsked<Field> {
  const size = integerOf(query, 'size') ?? DEFAULT_SIZE;
  const moment = textOf(query, 'moment');
  return {
    number: Math.min(Math.max(0, integerOf(query, 'page') ?? 0), LARGEST_NUMBER),
    size: size < 1 ? DEFAULT_SIZE : Math.min(size, LARGEST_SIZE),
    sort: sortOf(textsOf(query, 'sort') ?? [], fields),
    moment: moment === undefined ? undefined : moments.read(moment),
  };
}

/** The same, as the use cases ask. */
export function toPage<Field extends string>({ number, size, sort, moment }: PageAsked<Field>) {
  return {
    limit: size,
    offset: number * size,
    sort: sort.map(({ field, order }) => ({ field, order })),
    ...(moment !== undefined && { moment }),
  };
}

/** As `sort` parameters say it: `priority,desc`. */
export function sortTexts({ sort }: PageAsked<string>): string[] {
  if (sort.length === 0) return [`${DEFAULT_FIELD},desc`];
  return sort.map(({ name, order }) => `${name},${order}`);
}

/** Fields that are not known are no fault, and no order; the first mention of a field counts. */
function sortOf<Field extends string>(texts: readonly string[], fields: SortFields<Field>): PageAsked<Field>['sort'] {
  const sort = new Map<string, PageAsked<Field>['sort'][number]>();
  for (const text of texts) {
    const items = text.split(',').map((item) => item.trim());
    const order = orderNamed(items.at(-1));
    const names = order === undefined ? items : items.slice(0, -1);
    for (const given of names.length === 0 ? [DEFAULT_FIELD] : names) {
      const name = given === 'timestamp_occurred' ? DEFAULT_FIELD : given;
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field !== undefined && !sort.has(name)) sort.set(name, { name, field, order: order ?? 'asc' });
    }
  }
  return [...sort.values()];
}

function orderNamed(text: string | undefined): Order | undefined {
  const word = text?.toLowerCase();
  return word === 'asc' || word === 'desc' ? word : undefined;
}
