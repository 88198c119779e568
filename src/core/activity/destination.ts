import type { EventFilter } from '../../model/query.ts';

/** What traffic goes to: a name as events store it (lower case, ASCII, no dot at its end), or an address. */
export interface Destination {
  readonly kind: 'name' | 'address';
  readonly text: string;
}

/** Events to a destination. Names are known to DNS and web requests only; addresses are also what connections go to. */
export function eventsTo({ kind, text }: Destination): EventFilter {
  if (kind === 'name') return { kinds: ['dns', 'web'], domains: [text] };
  return { kinds: ['dns', 'web', 'firewall', 'ip'], destinations: [text] };
}
