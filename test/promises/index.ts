import { acknowledgedEventsSurviveCrashes } from './checks/r01-crash.ts';
import { acknowledgedEventsSurvivePowerCuts } from './checks/r02-power-cut.ts';
import { sameInputIsStoredOnce } from './checks/r03-same-input-again.ts';
import { noLineDisappears } from './checks/r04-no-line-disappears.ts';
import { pagingIsExact } from './checks/r05-exact-paging.ts';
import { incrementalReadingIsExact } from './checks/r06-incremental-reading.ts';
import { apisAnswerAsDocumented } from './checks/r07-fidelity.ts';
import { organizationsAreIsolated } from './checks/r08-isolation.ts';
import { everyRouteHasAPolicy } from './checks/r09-route-policies.ts';
import { oauthFollowsTheBook } from './checks/r10-oauth.ts';
import { rateLimitsAreExact } from './checks/r11-rate-limits.ts';
import { overloadIsRefused } from './checks/r12-overload.ts';
import { reportsFinishOnce } from './checks/r13-reports-once.ts';
import { filesAreWhole } from './checks/r14-whole-files.ts';
import { exportsAreBounded } from './checks/r15-bounded-exports.ts';
import { csvIsSafe } from './checks/r16-safe-csv.ts';
import { inputIsNoSql } from './checks/r17-no-injection.ts';
import { schemaDriftIsHarmless } from './checks/r18-schema-drift.ts';
import { retentionIsKept } from './checks/r19-retention.ts';
import { auditTrailShowsTampering } from './checks/r20-audit-trail.ts';
import { alarmsAreCorrect } from './checks/r21-alarms.ts';
import { numbersAgree } from './checks/r22-numbers.ts';
import { upgradesAndRestoresAreExact } from './checks/r23-upgrade.ts';
import { startsQuickly } from './checks/r24-start.ts';
import { supplyChainIsVerifiable } from './checks/r25-supply-chain.ts';
import { guardsAreTested } from './checks/r26-tested.ts';
import type { PublicPromise } from './promise.ts';

/** All promises, in the order of the page. */
export const PROMISES: readonly PublicPromise[] = [
  acknowledgedEventsSurviveCrashes,
  acknowledgedEventsSurvivePowerCuts,
  sameInputIsStoredOnce,
  noLineDisappears,
  pagingIsExact,
  incrementalReadingIsExact,
  apisAnswerAsDocumented,
  organizationsAreIsolated,
  everyRouteHasAPolicy,
  oauthFollowsTheBook,
  rateLimitsAreExact,
  overloadIsRefused,
  reportsFinishOnce,
  filesAreWhole,
  exportsAreBounded,
  csvIsSafe,
  inputIsNoSql,
  schemaDriftIsHarmless,
  retentionIsKept,
  auditTrailShowsTampering,
  alarmsAreCorrect,
  numbersAgree,
  upgradesAndRestoresAreExact,
  startsQuickly,
  supplyChainIsVerifiable,
  guardsAreTested,
];
