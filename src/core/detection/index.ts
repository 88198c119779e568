export { LEVELS } from '../../detect/index.ts';
export { backfill } from './backfill.ts';
export { disableRules, enableRules, type ListedRule, listRules, removePack } from './change-rules.ts';
export { detect, detectionLag } from './detect.ts';
export { type DetectionState, detectionState, noteFailure, noteSuccess } from './detection-state.ts';
export { type ImportedRules, importRules } from './import-rules.ts';
export type { RuleFile } from './rule-texts.ts';
export { putStarterPack } from './starter-pack.ts';
export { MOST_DAYS_BACK, type TriedRules, tryRules } from './try-rule.ts';
