import { sql } from 'kysely';
import { batchHealth } from '../control/ledger.ts';
import type { Context } from '../core/context.ts';
import { detectionLag } from '../core/detection/index.ts';
import type { Figure, Readiness } from '../http/operations.ts';

/** Asks both stores a question; what they say of the batches becomes metrics. */
export function readinessOf(context: Context): Readiness {
  return {
    async check() {
      const faults: Record<string, string> = {};
      await context.events.query('SELECT 1').catch((error: unknown) => {
        faults.events = messageOf(error);
      });
      await sql`select 1`.execute(context.control.db).catch((error: unknown) => {
        faults.control = messageOf(error);
      });
      return faults;
    },
    async figures() {
      const health = await batchHealth(context.control.db);
      const sum = (pick: (row: (typeof health)[number]) => number) =>
        health.reduce((total, row) => total + pick(row), 0);
      const figures: Figure[] = [
        { name: 'belfry_records_stored', help: 'Records stored since the beginning', value: sum((row) => row.stored) },
        {
          name: 'belfry_records_rejected',
          help: 'Records rejected since the beginning',
          value: sum((row) => row.rejected),
        },
        { name: 'belfry_records_ignored', help: 'Records known and not kept', value: sum((row) => row.ignored) },
        { name: 'belfry_batches_open', help: 'Batches acknowledged and not yet loaded', value: sum((row) => row.open) },
        {
          name: 'belfry_batches_set_aside',
          help: 'Batches that could not be loaded',
          value: sum((row) => row.setAside),
        },
        {
          name: 'belfry_detection_lag_batches',
          help: 'Batches that are loaded and that no rule has looked at yet',
          value: await detectionLag(context),
        },
      ];
      return figures;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'unknown';
}
