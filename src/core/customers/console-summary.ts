import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { customersOf } from './customers-of.ts';
import { identityCounter, ROAMING_TYPES, USER_TYPES } from './identity-groups.ts';

/** A provider's customers in two numbers. */
export interface ConsoleSummary {
  readonly customers: number;
  /** People and roaming computers that the customers' logs ever named. */
  readonly seats: number;
}

/** Zeros for those who have no customers. Permission `customers:read`. */
export async function summarizeConsole(context: Context, scope: Scope): Promise<ConsoleSummary> {
  const customers = await customersOf(context, scope);
  const count = await identityCounter(context, customers);
  const seatsOf = (id: number) => count(id, [...USER_TYPES, ...ROAMING_TYPES]);
  return { customers: customers.length, seats: customers.reduce((sum, { id }) => sum + seatsOf(id), 0) };
}
