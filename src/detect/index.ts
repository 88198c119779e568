export { logSourceOf } from './log-source-of.ts';
export { SCANS, type Scan } from './log-sources/mapping.ts';
export { parseRules } from './parse-rules.ts';
export { type ResolvedCorrelation, type ResolvedRules, resolveCorrelations } from './resolve-correlations.ts';
export type {
  CorrelationRule,
  DetectionRule,
  EventRule,
  Level,
  RuleProblem,
} from './rule.ts';
export { LEVELS } from './rule.ts';
export { correlationParts } from './sql/correlation-parts.ts';
export { compileGroup, MAX_GROUP_SIZE, type RuleGroup } from './sql/group.ts';
