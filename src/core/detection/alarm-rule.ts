import type { DetectionRule, Level } from '../../detect/index.ts';
import { HOUR_MS } from '../../kit/durations.ts';
import { ALARM_INTENTS, type AlarmIntent, type AlarmRule } from '../../model/alarm.ts';
import { leadingTactic, TACTICS } from '../../model/attack.ts';

/** Priority of alarms whose rule names none, by its level. */
const PRIORITIES: Readonly<Record<Level, number>> = { critical: 95, high: 75, medium: 50, low: 20, informational: 5 };

/** How long an alarm takes in further matches where its rule does not say. */
const DEFAULT_MUTE_MS = HOUR_MS;

/** What alarms of a rule say of it. Its hints come first, then its ATT&CK tactics, then its level and title. */
export function alarmRuleOf(rule: DetectionRule): AlarmRule {
  const tactic = leadingTactic(rule.attackTactics);
  return {
    id: rule.id,
    title: rule.title,
    author: rule.author,
    licence: rule.license,
    intent: intentNamed(rule.alarm.intent) ?? tactic.intent,
    strategy: rule.alarm.strategy ?? tactic.strategy,
    method: rule.alarm.method ?? rule.title,
    priority: Math.round(rule.alarm.priority ?? PRIORITIES[rule.level]),
    techniques: rule.attackTechniques,
    tactics: rule.attackTactics.map((name) => TACTICS[name]?.name ?? name),
    muteSeconds: muteMsOf(rule) / 1000,
  };
}

export function muteMsOf(rule: DetectionRule): number {
  return rule.alarm.muteMs ?? DEFAULT_MUTE_MS;
}

/** The intent of that name, however its letters are written. */
export function intentNamed(name: string | undefined): AlarmIntent | undefined {
  return ALARM_INTENTS.find((intent) => intent.toLowerCase() === name?.toLowerCase());
}
