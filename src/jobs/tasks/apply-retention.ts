import type { Context } from '../../core/context.ts';
import { applyRetention } from '../../core/upkeep/apply-retention.ts';
import type { JobKind } from '../job-kind.ts';

export function applyRetentionTask(context: Context): JobKind {
  return { maxAttempts: 5, leaseMs: 60_000, run: (_, { signal }) => applyRetention(context, signal) };
}
