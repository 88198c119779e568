import * as schema from '../schemas/customers.ts';
import { codes } from './codes.ts';
import * as customers from './customers.ts';
import type { ReportRoute } from './route.ts';

/** Section 8: consoles, and what is told of single customers. */
export const CUSTOMER_ROUTES: readonly ReportRoute[] = [
  {
    path: '/consoles',
    parameters: [],
    permission: 'customers:read',
    data: schema.consoleSummary,
    envelope: false,
    summary: 'How many customers there are, and their seats',
    answer: customers.consoleSummary,
  },
  {
    path: '/customers/downloadReportRequests',
    parameters: codes('OF'),
    permission: 'customers:read',
    data: schema.customerReport,
    envelope: false,
    plainText: true,
    summary: 'What is known of the organization as a customer; as CSV, of every customer below it',
    operationId: 'downloadCustomerReport',
    answer: customers.downloadReport,
  },
  {
    path: '/customers/:id/securityReportRequests',
    method: 'POST',
    parameters: [],
    permission: 'customers:write',
    body: schema.securityReportBody,
    data: schema.securityReportRequest,
    envelope: false,
    summary: 'Asks for a security report about a customer',
    operationId: 'createSecurityReportRequest',
    answer: customers.createSecurityReport,
  },
];
