export { logSourceOf, type Placed } from './log-source-of.ts';
export type { LogSourceMapping, Scan } from './log-sources/mapping.ts';
export { type ParsedRules, type ParseOptions, parseRules } from './parse-rules.ts';
export { type ResolvedCorrelation, type ResolvedRules, resolveCorrelations } from './resolve-correlations.ts';
export type {
  AlarmHints,
  CorrelationRule,
  DetectionRule,
  EventRule,
  Expression,
  Level,
  LogSource,
  Predicate,
  RuleDetails,
  RuleProblem,
  Status,
} from './rule.ts';
export { LEVELS } from './rule.ts';
export { type CompiledCorrelation, compileCorrelation } from './sql/correlation.ts';
export { correlationParts } from './sql/correlation-parts.ts';
export { compileGroup, MAX_GROUP_SIZE, type RuleGroup } from './sql/group.ts';
