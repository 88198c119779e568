import { recordDetections } from '../alarms/index.ts';
import type { Context } from '../context.ts';
import { DETECTION } from './detect.ts';
import { pastMatches } from './past-matches.ts';
import { storedRule } from './rule-set.ts';

/**
 * Makes the alarms that rules would have made had they been enabled then. Alarms that are there stay as they are. Rules that
 * were removed meanwhile make none.
 */
export async function backfill(
  context: Context,
  { ruleIds, sinceMs }: { readonly ruleIds: readonly string[]; readonly sinceMs: number },
): Promise<void> {
  for (const id of ruleIds) {
    const { rules } = await storedRule(context, id);
    for (const rule of rules) {
      for await (const matches of pastMatches(context, rule, sinceMs)) {
        // How far detection has looked is not changed by a look back.
        await recordDetections(context, matches, { name: DETECTION, watermark: 0 });
      }
    }
  }
}
