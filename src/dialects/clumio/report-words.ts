import type { ReportWords } from '../../core/reports/index.ts';
import { toAuditTrail } from './mapping/audit-trail.ts';
import { categoryOf, verbOf } from './mapping/audit-words.ts';
import { unitName } from './units.ts';

/** What reports call things (section 2.3). */
export const clumioReportWords: ReportWords = {
  unitName,
  actionWords: (action) => ({ category: categoryOf(action), verb: verbOf(action) }),
  auditColumns: [
    'timestamp',
    'ip_address',
    'interface',
    'user_email',
    'action',
    'category',
    'primary_entity_type',
    'primary_entity_value',
    'primary_entity_id',
    'parent_entity_type',
    'parent_entity_value',
    'parent_entity_id',
    'status',
    'details',
  ],
  auditCells(entry, units) {
    const trail = toAuditTrail(entry, units);
    const { primary_entity: primary, parent_entity: parent } = trail;
    return [
      trail.timestamp,
      orDash(trail.ip_address),
      orDash(trail.interface),
      orDash(trail.user_email),
      trail.action,
      trail.category,
      primary?.type ?? '',
      primary?.value ?? '',
      primary?.id ?? '',
      parent?.type ?? '',
      parent?.value ?? '',
      parent?.id ?? '',
      trail.status,
      trail.details,
    ];
  },
};

/** What the system does by itself comes from nobody and nowhere. */
function orDash(text: string): string {
  return text === '' ? '-' : text;
}
