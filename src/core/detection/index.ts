export { LEVELS } from '../../detect/index.ts';
export { backfill } from './backfill.ts';
export { disableRules, enableRules, type ListedRule, listRules, removePack } from './change-rules.ts';
export { type Detected, detect, detectionLag } from './detect.ts';
export { type ImportedRules, importRules } from './import-rules.ts';
export type { RuleFile } from './rule-texts.ts';
export { putStarterPack } from './starter-pack.ts';
export { MOST_DAYS_BACK, type RuleTrial, type TriedRules, tryRules } from './try-rule.ts';
