import { appliedToControl } from '../../control/repos/applied-migrations.ts';
import { appliedToEvents } from '../../events/queries/applied-migrations.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requireOperator } from '../operator.ts';

export interface AppliedMigration {
  readonly store: 'control' | 'events';
  readonly name: string;
  /** ISO 8601 instant. */
  readonly appliedAt: string;
}

/** What has been applied to the stores, each in order. A server that runs has nothing left to apply. */
export async function listMigrations({ control, events }: Context, caller: Caller): Promise<AppliedMigration[]> {
  requireOperator(caller);
  const toControl = await appliedToControl(control.db);
  const toEvents = await appliedToEvents(events);
  return [
    ...toControl.map((migration) => ({ store: 'control' as const, ...migration })),
    ...toEvents.map((migration) => ({ store: 'events' as const, ...migration })),
  ];
}
