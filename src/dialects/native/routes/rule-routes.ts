import type { NativeRoute } from '../route.ts';
import { disableRules } from './disable-rules.ts';
import { enableRules } from './enable-rules.ts';
import { importRules } from './import-rules.ts';
import { listRules } from './list-rules.ts';
import { removeRulePack } from './remove-rule-pack.ts';
import { tryRules } from './try-rules.ts';

/** Rules of detection. For the operator alone. */
export const RULE_ROUTES: readonly NativeRoute[] = [
  listRules,
  importRules,
  removeRulePack,
  enableRules,
  disableRules,
  tryRules,
];
