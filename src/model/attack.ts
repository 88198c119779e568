import { ALARM_INTENTS, type AlarmIntent } from './alarm.ts';

/** What a tactic of MITRE ATT&CK means in the words that alarms are told in. */
export interface Tactic {
  readonly name: string;
  readonly intent: AlarmIntent;
  readonly strategy: string;
}

/** By the name that Sigma's tags spell them with, those of the enterprise matrix in its order. */
export const TACTICS: Readonly<Record<string, Tactic>> = {
  reconnaissance: { name: 'Reconnaissance', intent: 'Reconnaissance & Probing', strategy: 'Portscan' },
  'resource-development': {
    name: 'Resource Development',
    intent: 'Reconnaissance & Probing',
    strategy: 'Suspicious Behavior',
  },
  'initial-access': { name: 'Initial Access', intent: 'Delivery & Attack', strategy: 'Suspicious Behavior' },
  execution: { name: 'Execution', intent: 'Exploitation & Installation', strategy: 'Suspicious Behavior' },
  persistence: { name: 'Persistence', intent: 'Exploitation & Installation', strategy: 'Persistence' },
  'privilege-escalation': {
    name: 'Privilege Escalation',
    intent: 'Exploitation & Installation',
    strategy: 'Privilege Escalation',
  },
  'defense-evasion': {
    name: 'Defense Evasion',
    intent: 'Exploitation & Installation',
    strategy: 'Defense Evasion',
  },
  stealth: { name: 'Stealth', intent: 'Exploitation & Installation', strategy: 'Defense Evasion' },
  'defense-impairment': {
    name: 'Defense Impairment',
    intent: 'Exploitation & Installation',
    strategy: 'Defense Evasion',
  },
  'credential-access': { name: 'Credential Access', intent: 'Delivery & Attack', strategy: 'Credential Access' },
  discovery: { name: 'Discovery', intent: 'Reconnaissance & Probing', strategy: 'Network Discovery' },
  'lateral-movement': { name: 'Lateral Movement', intent: 'System Compromise', strategy: 'Lateral Movement' },
  collection: { name: 'Collection', intent: 'System Compromise', strategy: 'Suspicious Behavior' },
  'command-and-control': { name: 'Command and Control', intent: 'System Compromise', strategy: 'C&C Communication' },
  exfiltration: { name: 'Exfiltration', intent: 'System Compromise', strategy: 'Data Exfiltration' },
  impact: { name: 'Impact', intent: 'System Compromise', strategy: 'Security Critical Event' },
};

/** What an alarm is about whose rule names no tactic. */
const NO_TACTIC: Tactic = { name: '', intent: 'Environmental Awareness', strategy: 'Anomalous User Behavior' };

/** Of several tactics the one with the worst intent, and of those the first. */
export function leadingTactic(names: readonly string[]): Tactic {
  const known = names.flatMap((name) => TACTICS[name] ?? []);
  const [worst] = known.toSorted((a, b) => ALARM_INTENTS.indexOf(a.intent) - ALARM_INTENTS.indexOf(b.intent));
  return worst ?? NO_TACTIC;
}
