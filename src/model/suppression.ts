import type { Alarm, AlarmEndpoint, SuppressionMatch } from './alarm.ts';

/** Whether an alarm is what a suppression rule hides: every member that is set equals the alarm's. Where none is set, nothing is. */
export function isSuppressed({ rule, sources, destinations }: Alarm, match: SuppressionMatch): boolean {
  return (
    Object.keys(match).length > 0 &&
    allows(match.ruleId, rule.id) &&
    allows(match.intent, rule.intent) &&
    allows(match.strategy, rule.strategy) &&
    allows(match.method, rule.method) &&
    isAmong(match.source, sources) &&
    isAmong(match.destination, destinations)
  );
}

function allows(wanted: string | undefined, value: string): boolean {
  return wanted === undefined || wanted === value;
}

function isAmong(wanted: string | undefined, endpoints: readonly AlarmEndpoint[]): boolean {
  return wanted === undefined || endpoints.some(({ address, name }) => address === wanted || name === wanted);
}
