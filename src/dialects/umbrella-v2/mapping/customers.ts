import type { z } from 'zod';
import type { ConsoleSummary } from '../../../core/customers/console-summary.ts';
import type { CustomerReport } from '../../../core/customers/customer-report.ts';
import type { RequestedSecurityReport } from '../../../core/customers/security-reports.ts';
import type { Organization } from '../../../model/organization.ts';
import type * as schema from '../schemas/customers.ts';

const PACKAGE_NAME = 'Belfry';

/** Two dates must be there and nothing is billed or expires: far enough away, and within what clients' clocks hold. */
const NEVER = '2099-12-31T00:00:00.000Z';

export function toConsole({ customers, seats }: ConsoleSummary): z.input<typeof schema.consoleSummary> {
  return {
    packageName: PACKAGE_NAME,
    seatsTotal: seats,
    seatsUsed: seats,
    customerCount: customers,
    status: 'active',
    rebillAt: NEVER,
    expiresAt: NEVER,
  };
}

/** Members that no log and no book of ours can fill are left out: section 8 requires the first alone. */
export function toCustomerReport(report: CustomerReport): z.input<typeof schema.customerReport> {
  const { organization, users, managers, networks, roamingClients } = report;
  return {
    isReportReady: true,
    organizationName: organization.name,
    organizationId: organization.id,
    createdAt: secondsOf(organization.createdAt),
    packageName: PACKAGE_NAME,
    users,
    adminEmails: [...managers],
    networks,
    roamingClients,
  };
}

export function toSecurityReportRequest(
  { report, organization }: RequestedSecurityReport,
  origin: Organization,
): z.input<typeof schema.securityReportRequest> {
  return {
    data: {
      id: report.id,
      header: { date: secondsOf(report.createdAt), status: report.state },
      body: {
        email: report.email,
        organization_id: String(organization.id),
        organization_name: organization.name,
        origin_id: String(origin.id),
        start_date: report.startDate,
        end_date: report.endDate,
      },
    },
    status: 'ok',
    task: 'enqueue-task',
  };
}

function secondsOf(instant: string): number {
  return Math.floor(Date.parse(instant) / 1000);
}
