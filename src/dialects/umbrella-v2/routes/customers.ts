import { summarizeConsole } from '../../../core/customers/console-summary.ts';
import { customerReport, customerReports } from '../../../core/customers/customer-report.ts';
import { requestSecurityReport, type SecurityReportRequest } from '../../../core/customers/security-reports.ts';
import { csvRow } from '../../../kit/csv-row.ts';
import { readDay } from '../../../model/calendar-day.ts';
import { badInput } from '../../../model/errors.ts';
import { type Call, textsOf } from '../call.ts';
import { parseJsonBody } from '../json-body.ts';
import { toConsole, toCustomerReport, toSecurityReportRequest } from '../mapping/customers.ts';
import { PARAMETERS, readOutputFormat } from '../parameters.ts';
import { customerReport as customerReportSchema } from '../schemas/customers.ts';
import type { Answer } from './route.ts';

export async function consoleSummary(call: Call): Promise<Answer> {
  return { data: toConsole(await summarizeConsole(call.context, call.scope)) };
}

/** JSON speaks of the organization the request is for, CSV of its customers, one a line. */
export async function downloadReport(call: Call): Promise<Answer> {
  const formats = textsOf(call, 'OF');
  const format = (formats && readOutputFormat(formats, PARAMETERS.OF.name).at(-1)) ?? 'json';
  if (format === 'json') return { data: toCustomerReport(await customerReport(call.context, call.scope)) };
  const rows = (await customerReports(call.context, call.scope)).map(toCustomerReport);
  const columns = customerReportSchema.keyof().options;
  return { data: [csvRow(columns), ...rows.map((row) => csvRow(columns.map((column) => row[column])))].join('') };
}

export async function createSecurityReport(call: Call): Promise<Answer> {
  const { context, scope, body, pathId } = call;
  const requested = await requestSecurityReport(context, scope, { customer: pathId, ...readRequest(body) });
  return { data: toSecurityReportRequest(requested, scope.organization) };
}

/** The body may be missing; its members are known under the answer's spelling and under that of other reports. */
function readRequest(body: unknown): Omit<SecurityReportRequest, 'customer'> {
  const members = membersOf(body);
  const start = memberOf(members, ['start_date', 'startDate']);
  const end = memberOf(members, ['end_date', 'endDate']);
  return {
    email: memberOf(members, ['email'])?.text,
    startDate: start && readDay(start.name, start.text),
    endDate: end && readDay(end.name, end.text),
  };
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(body: unknown): Members {
  if (body === undefined || body === null || String(body).trim() === '') return {};
  const parsed = parseJsonBody(body);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Members;
  throw badInput('body', String(body), 'the body must be a JSON object');
}

/** The text of a member under whichever of its names it came; null and '' count as absent. */
function memberOf(members: Members, names: readonly string[]): { name: string; text: string } | undefined {
  const given = names.flatMap((name) => {
    const value = members[name] ?? '';
    if (typeof value !== 'string') {
      throw badInput(name, JSON.stringify(value), `invalid value for ${name}: must be text`);
    }
    return value.trim() === '' ? [] : [{ name, text: value.trim() }];
  });
  const [first, second] = given;
  if (second !== undefined && second.text !== first?.text) {
    throw badInput(second.name, second.text, `${second.name} contradicts ${first?.name}`);
  }
  return first;
}
