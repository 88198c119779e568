import { findAlarms } from '../src/control/repos/find-alarms.ts';
import type { Caller } from '../src/core/caller.ts';
import { detect, importRules } from '../src/core/detection/index.ts';
import type { Alarm } from '../src/model/alarm.ts';
import type { Organization } from '../src/model/organization.ts';
import { PERMISSIONS } from '../src/model/scope.ts';
import { TEST_ACTOR, type World } from './world.ts';

export const OPERATOR: Caller = { actor: TEST_ACTOR, permissions: new Set(PERMISSIONS), root: null };

/** Loads and enables rules, and expects that nothing is wrong with them. */
export async function useRules({ context }: World, text: string, pack = 'test'): Promise<void> {
  const files = [{ name: 'rules.yml', text }];
  const { problems } = await importRules(context, OPERATOR, { pack, files, enable: true });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
}

/** Looks at everything that is there. */
export async function detectAll({ context }: World): Promise<void> {
  for (;;) {
    const { seen, horizon } = await detect(context);
    if (seen >= horizon) return;
  }
}

/** All alarms of an organization, earliest first. */
export async function alarmsOf({ context }: World, organization: Organization): Promise<readonly Alarm[]> {
  const { alarms } = await findAlarms(context.control.db, {
    organizationIds: [organization.id],
    filter: {},
    page: { sort: [{ field: 'lastEvent', order: 'asc' }], limit: 100_000, offset: 0 },
  });
  return alarms;
}

/** What is worth comparing of an alarm. */
export function brief({ rule, groupKey, windowStartMs, events, firstEventUs, lastEventUs }: Alarm) {
  const instant = (ms: number) => new Date(ms).toISOString();
  return {
    rule: rule.title,
    key: groupKey,
    window: instant(windowStartMs),
    events,
    from: instant(firstEventUs / 1000),
    to: instant(lastEventUs / 1000),
  };
}

/** Removes all rules and alarms. */
export async function forgetRules({ context }: World): Promise<void> {
  for (const table of ['rules', 'alarms', 'alarmDetails', 'alarmMatches'] as const)
    await context.control.db.deleteFrom(table).execute();
}

/** The id of one of many rules of a test. */
export function numberedId(number: number): string {
  return `11111111-1111-4111-8111-${String(number).padStart(12, '0')}`;
}

/** A rule about `*.host1.example`, for number 1. */
export function numberedRule(number: number): string {
  return `title: Rule ${number}
id: ${numberedId(number)}
logsource: {category: dns}
detection:
  selection: {query|endswith: .host${number}.example}
  condition: selection
`;
}
