import { listReports, requestReport } from '../../../core/reports/index.ts';
import { REPORT_TYPES } from '../../../model/report.ts';
import { readBody } from '../body.ts';
import { type Answer, type Call, filterOf } from '../call.ts';
import { link } from '../links.ts';
import { listBody } from '../list.ts';
import { DOWNLOADS_PATH, toReportDownload } from '../mapping/report-download.ts';
import { readTaskLink } from '../mapping/task.ts';
import { instant, texts } from '../operands.ts';
import { readPage, toRows } from '../paging.ts';
import { reportQuestion } from '../report-questions.ts';
import { acceptedReport, reportDownload, reportRequest } from '../report-schemas.ts';
import type { Resource } from '../resource.ts';
import { listOf, listQuery } from '../schemas.ts';
import { restricting } from './audit-trails.ts';

/** Section 2.2; the documents name `$gte` and `$lt`, their example `$gt`. */
const DOWNLOAD_FIELDS = {
  start_timestamp: { $gte: instant, $gt: instant, $lt: instant, $lte: instant },
  report_type: { $in: texts },
} as const;

const TAG = 'Reports';

/** Section 2. */
export const reportDownloads: Resource = {
  name: 'report-downloads',
  newest: 1,
  operations: [
    {
      id: 'create-report-download',
      method: 'POST',
      path: DOWNLOADS_PATH,
      permission: 'reports:write',
      answer: createReportDownload,
      description: {
        summary: 'Asks for a report; its task says when it can be fetched',
        tag: TAG,
        body: reportRequest,
        answers: { 202: acceptedReport },
      },
    },
    {
      id: 'list-report-downloads',
      method: 'GET',
      path: DOWNLOADS_PATH,
      permission: 'reports:read',
      answer: listReportDownloads,
      description: {
        summary: 'Reports that can be fetched, the newest first',
        tag: TAG,
        query: listQuery(DOWNLOAD_FIELDS),
        answers: { 200: listOf(reportDownload) },
      },
    },
  ],
};

async function createReportDownload(call: Call): Promise<Answer> {
  const { type, file_name: fileName, filter = '' } = readBody(reportRequest, call.body);
  const question = await reportQuestion(call, type, filter);
  const request = { fileName, filters: filter, question, root: call.root };
  const { task } = await requestReport(call.context, call.scope, request);
  const links = { _self: link(DOWNLOADS_PATH, 'post'), ...readTaskLink(task.id) };
  return { status: 202, body: { task_id: task.id, _links: links } };
}

async function listReportDownloads(call: Call): Promise<Answer> {
  const page = readPage(call.query);
  const { conditions, applied } = filterOf(call, DOWNLOAD_FIELDS);
  const { start_timestamp: time, report_type: type } = conditions;
  const types = restricting(type?.$in);
  const from = [time?.$gte, after(time?.$gt)].filter(isGiven);
  const before = [time?.$lt, after(time?.$lte)].filter(isGiven);
  const question = {
    ...(types && { types: REPORT_TYPES.filter((known) => types.includes(known)) }),
    ...(from.length > 0 && { fromMs: Math.max(...from) }),
    ...(before.length > 0 && { beforeMs: Math.min(...before) }),
  };
  const { total, reports } = await listReports(call.context, call.scope, question, toRows(page));
  const maker = { origin: call.origin, tokenKey: call.deps.tokenKey };
  const items = reports.map((report) => toReportDownload(report, maker));
  return { body: listBody({ path: DOWNLOADS_PATH, page, items, total, filterApplied: applied }) };
}

/** Instants are whole milliseconds. */
function after(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms + 1;
}

function isGiven(ms: number | undefined): ms is number {
  return ms !== undefined;
}
