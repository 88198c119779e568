import { type AuditVerdict, verifyAudit } from '../../control/audit.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requireOperator } from '../operator.ts';

/** Checks the audit trail of the whole installation, entry by entry. */
export async function verifyTrail(context: Context, caller: Caller): Promise<AuditVerdict> {
  requireOperator(caller);
  return verifyAudit(context.control.db);
}
