import type { Actor } from '../model/scope.ts';

/** Whoever may write to the data directory. */
export const OPERATOR: Actor = { type: 'operator', id: 'local', label: 'operator', from: 'local', via: 'cli' };
