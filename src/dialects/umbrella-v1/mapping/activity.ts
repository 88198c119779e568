import { millisecond } from '../../../core/activity/list-whole-milliseconds.ts';
import { categoryById, unlistedCategory } from '../../../model/categories.ts';
import type { Verdict } from '../../../model/event.ts';
import { identityType } from '../../../model/identity-types.ts';
import type { ActivityEvent, CategoryReference, TopIdentity } from '../../../model/traffic.ts';

const ACTIONS: Readonly<Record<Verdict, 'ALLOWED' | 'BLOCKED' | 'PROXIED'>> = {
  allowed: 'ALLOWED',
  blocked: 'BLOCKED',
  proxied: 'PROXIED',
  // What a sensor only saw went through.
  detected: 'ALLOWED',
  would_block: 'ALLOWED',
};

/** A record of section 9.1, members in the order of the recorded answers. */
export function toRequest(event: ActivityEvent) {
  const [origin] = event.identities;
  return {
    originId: origin?.id ?? 0,
    originType: origin === undefined ? '' : typeLabel(origin.type),
    internalIp: event.srcIp,
    externalIp: event.natIp,
    categories: event.categories.map(categoryLabel),
    tags: [],
    destination: destinationOf(event),
    originLabel: origin?.label ?? '',
    actionTaken: ACTIONS[event.verdict],
    datetime: new Date(millisecond(event)).toISOString(),
  };
}

/** A name, a whole URL for web requests, and nothing for connections: they went to an address alone. */
function destinationOf({ kind, url, domain }: ActivityEvent): string {
  if (kind === 'web' && url !== '') return url;
  return domain;
}

/** A type that is not in the table stands for itself. */
function typeLabel(type: string): string {
  return identityType(type)?.label ?? type;
}

function categoryLabel({ id, label }: CategoryReference): string {
  return (categoryById(id) ?? unlistedCategory(id, label)).label;
}

/** Section 9.3; the type is the short name here. */
export function toRankedIdentity({ identity, requests }: TopIdentity, index: number) {
  return {
    rank: index + 1,
    originId: identity.id,
    originLabel: identity.label,
    originType: identity.type,
    numberOfRequests: requests,
  };
}
