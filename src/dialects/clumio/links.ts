import type { RouteMethod } from '../kit/mount-route.ts';

/** Where something is found and how it is asked for (section 6.4). */
export interface Link {
  /** Path from the base URL. */
  readonly href: string;
  /** Whether `href` has placeholders in braces. */
  readonly templated: boolean;
  readonly type: Lowercase<RouteMethod>;
}

export type Links = Readonly<Record<string, Link>>;

export function link(href: string, type: Link['type'] = 'get'): Link {
  return { href, templated: /\{\w+\}/.test(href), type };
}
