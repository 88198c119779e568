import { deleteRun, listRuns, notifyOfRun, requestRun } from '../../../core/compliance/index.ts';
import { COMPLIANCE_STATUSES, type ComplianceRunState } from '../../../model/compliance.ts';
import { readBody } from '../body.ts';
import { type Answer, type Call, embeds, filterOf } from '../call.ts';
import { notifyBody, runBody } from '../compliance-bodies.ts';
import { acceptedRun, complianceRun, noted, nothing, tokenListOf } from '../compliance-schemas.ts';
import { link } from '../links.ts';
import { CONFIGURATIONS_PATH, toRun } from '../mapping/compliance.ts';
import { readTaskLink, toTask } from '../mapping/task.ts';
import { texts } from '../operands.ts';
import type { Operation, Resource } from '../resource.ts';
import { readTokenPage, tokenListBody } from '../token-paging.ts';
import { unitName } from '../units.ts';
import { restricting } from './audit-trails.ts';
import { idOf, tokenQuery, viewOf } from './compliance-configurations.ts';

const RUN_FIELDS = { status: { $in: texts }, compliance_status: { $in: texts } } as const;

const RUNS = `${CONFIGURATIONS_PATH}/{configuration_id}/runs`;
const TAG = 'Compliance reports';

const OPERATIONS: readonly Operation[] = [
  {
    id: 'list-compliance-report-runs',
    method: 'GET',
    path: RUNS,
    permission: 'reports:read',
    answer: listComplianceRuns,
    description: {
      summary: 'Runs of a configuration, the newest first',
      tag: TAG,
      query: tokenQuery(RUN_FIELDS),
      answers: { 200: tokenListOf(complianceRun) },
    },
  },
  {
    id: 'create-compliance-report-run',
    method: 'POST',
    path: RUNS,
    permission: 'reports:write',
    answer: createComplianceRun,
    description: {
      summary: 'Makes the report of a configuration now; its task says when it is there',
      tag: TAG,
      body: runBody,
      answers: { 202: acceptedRun },
    },
  },
  {
    id: 'delete-compliance-report-run',
    method: 'DELETE',
    path: `${RUNS}/{run_id}`,
    permission: 'reports:write',
    answer: deleteComplianceRun,
    description: { summary: 'Deletes a run and its file', tag: TAG, answers: { 200: nothing } },
  },
  {
    id: 'send-compliance-report-run-email',
    method: 'POST',
    path: `${RUNS}/{run_id}/_notify`,
    permission: 'reports:write',
    answer: notifyOfComplianceRun,
    description: {
      summary: 'Notes in the audit trail whom a report is meant for; Belfry sends no mail',
      tag: TAG,
      body: notifyBody,
      answers: { 200: noted },
    },
  },
];

/** Section 5.2. */
export const complianceRuns: Resource = { name: 'report-compliance-runs', newest: 1, operations: OPERATIONS };

function runsPath(call: Call): string {
  return `${CONFIGURATIONS_PATH}/${idOf(call)}/runs`;
}

const STATES: readonly ComplianceRunState[] = ['generating', 'completed', 'failed'];

async function listComplianceRuns(call: Call): Promise<Answer> {
  const page = readTokenPage(call.query);
  const { conditions, applied } = filterOf(call, RUN_FIELDS);
  const states = restricting(conditions.status?.$in);
  const statuses = restricting(conditions.compliance_status?.$in);
  const { items, next } = await listRuns(call.context, call.scope, {
    configurationId: idOf(call),
    limit: page.limit,
    ...(page.after && { after: page.after }),
    ...(states && { states: STATES.filter((state) => states.includes(state)) }),
    ...(statuses && { statuses: COMPLIANCE_STATUSES.filter((status) => statuses.includes(status)) }),
  });
  const body = tokenListBody({
    path: runsPath(call),
    page,
    items: items.map((run) => toRun(run, viewOf(call))),
    next,
    filterApplied: applied,
    links: {
      'create-compliance-report-configuration': link(CONFIGURATIONS_PATH, 'post'),
      'create-compliance-report-run': link(runsPath(call), 'post'),
    },
  });
  return { body };
}

async function createComplianceRun(call: Call): Promise<Answer> {
  const embedsTask = embeds(call, ['read-task']).length > 0;
  const { name } = readBody(runBody, call.body);
  const { task } = await requestRun(call.context, call.scope, { configurationId: idOf(call), name });
  const unit = unitName(call.scope.organization, call.root.id);
  const body = {
    _embedded: embedsTask ? { 'read-task': toTask(task, unit.id) } : null,
    _links: { _self: link(runsPath(call), 'post'), ...readTaskLink(task.id) },
    task_id: task.id,
  };
  return { status: 202, body };
}

function namedRun(call: Call) {
  return { configurationId: idOf(call), runId: (call.params.run_id ?? '').toLowerCase() };
}

/** With a body: clients take an answer without one for a fault. */
async function deleteComplianceRun(call: Call): Promise<Answer> {
  await deleteRun(call.context, call.scope, { ...namedRun(call), shelf: call.deps.complianceShelf });
  return { body: {} };
}

async function notifyOfComplianceRun(call: Call): Promise<Answer> {
  const { email_list: emailList } = readBody(notifyBody, call.body);
  const run = await notifyOfRun(call.context, call.scope, { ...namedRun(call), emailList });
  const self = link(`${runsPath(call)}/${run.id}/_notify`, 'post');
  return { body: { _embedded: null, _links: { _self: self } } };
}
