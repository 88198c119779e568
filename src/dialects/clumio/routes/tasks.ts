import { z } from 'zod';
import { abortTask } from '../../../core/tasks/abort-task.ts';
import { listTasks, type TaskFilter, type TaskGenre } from '../../../core/tasks/list-tasks.ts';
import { type PlacedTask, readTask } from '../../../core/tasks/read-task.ts';
import type { InstantRange } from '../../../model/backup-job.ts';
import { AppError } from '../../../model/errors.ts';
import { readBody } from '../body.ts';
import { type Answer, type Call, filterOf } from '../call.ts';
import type { Conditions } from '../filter.ts';
import { listBody } from '../list.ts';
import { toTask } from '../mapping/task.ts';
import { instant, text, texts } from '../operands.ts';
import { readPage, toRows } from '../paging.ts';
import type { Resource } from '../resource.ts';
import { listOf, listQuery, task } from '../schemas.ts';
import { unitName } from '../units.ts';
import { restricting } from './audit-trails.ts';

const TIME = { $gte: instant, $gt: instant, $lte: instant, $lt: instant } as const;
const NAME = { $in: texts, $eq: text } as const;

/** Section 3.2, with what it says is accepted besides. */
const TASK_FIELDS = {
  'primary_entity.value': { $contains: text, ...NAME },
  'primary_entity.id': { $contains: text, ...NAME },
  created_timestamp: TIME,
  start_timestamp: TIME,
  type: NAME,
  category: NAME,
  genre: NAME,
  status: NAME,
  id: NAME,
} as const;

const abortRequest = z.object({ status: z.literal('aborting', 'must be aborting') });

const PATH = '/tasks';
const ONE = `${PATH}/{task_id}`;
const TAG = 'Tasks';

/** Section 3. */
export const tasks: Resource = {
  name: 'tasks',
  newest: 1,
  operations: [
    {
      id: 'list-tasks',
      method: 'GET',
      path: PATH,
      permission: 'tasks:read',
      answer: answerTasks,
      description: {
        summary: 'Backup jobs and what Belfry does by itself, of the last six months, newest first',
        tag: TAG,
        query: listQuery(TASK_FIELDS),
        answers: { 200: listOf(task) },
      },
    },
    {
      id: 'read-task',
      method: 'GET',
      path: ONE,
      permission: 'tasks:read',
      answer: answerTask,
      description: { summary: 'How far a task is', tag: TAG, answers: { 200: task } },
    },
    {
      id: 'update-task',
      method: 'PATCH',
      path: ONE,
      permission: 'tasks:write',
      answer: answerAbort,
      description: { summary: 'Aborts a task', tag: TAG, body: abortRequest, answers: { 200: task } },
    },
  ],
};

async function answerTasks(call: Call): Promise<Answer> {
  const page = readPage(call.query);
  const { conditions, applied } = filterOf(call, TASK_FIELDS);
  const question = { filter: taskFilter(conditions), ...genresOf(conditions.genre) };
  const { total, tasks: found } = await listTasks(call.context, call.scope, question, toRows(page));
  const items = found.map((placed) => shown(placed, call));
  return { body: listBody({ path: PATH, page, items, total, filterApplied: applied }) };
}

async function answerTask(call: Call): Promise<Answer> {
  return { body: shown(await readTask(call.context, call.scope, call.params.task_id ?? ''), call) };
}

async function answerAbort(call: Call): Promise<Answer> {
  readBody(abortRequest, call.body);
  const id = call.params.task_id ?? '';
  const before = shown(await readTask(call.context, call.scope, id), call);
  if (call.ifMatch !== undefined && !call.ifMatch.includes(before._etag)) {
    throw new AppError('precondition_failed', {
      public: 'the task has changed since: If-Match names another state of it',
    });
  }
  return { body: shown(await abortTask(call.context, call.scope, id), call) };
}

function shown({ task: model, organization }: PlacedTask, { root }: Call) {
  return toTask(model, unitName(organization, root.id).id);
}

type TaskConditions = Conditions<typeof TASK_FIELDS>;

function taskFilter(conditions: TaskConditions): TaskFilter {
  const [id, value] = [conditions['primary_entity.id'], conditions['primary_entity.value']];
  return {
    ...named('ids', conditions.id),
    ...named('types', conditions.type),
    ...named('categories', conditions.category),
    ...named('statuses', conditions.status),
    ...named('primaryIds', id),
    ...named('primaryValues', value),
    ...(id?.$contains !== undefined && { primaryIdsContaining: [id.$contains] }),
    ...(value?.$contains !== undefined && { primaryValuesContaining: [value.$contains] }),
    created: rangeOf(conditions.created_timestamp),
    started: rangeOf(conditions.start_timestamp),
  };
}

type Names = { readonly $in?: readonly string[]; readonly $eq?: string } | undefined;

function named<Member extends string>(member: Member, names: Names): { readonly [M in Member]?: readonly string[] } {
  const values = namesOf(names);
  return values === undefined ? {} : ({ [member]: values } as { [M in Member]: readonly string[] });
}

/** Both operators hold; an empty list is no restriction. */
function namesOf(names: Names): readonly string[] | undefined {
  const any = restricting(names?.$in);
  if (names?.$eq === undefined) return any;
  return any === undefined || any.includes(names.$eq) ? [names.$eq] : [];
}

const GENRES = ['operational', 'administrative'] as const satisfies readonly TaskGenre[];

function genresOf(names: Names): { readonly genres?: readonly TaskGenre[] } {
  const wanted = namesOf(names);
  return wanted === undefined ? {} : { genres: GENRES.filter((genre) => wanted.includes(genre)) };
}

/** What is given is in milliseconds, in which tasks are shown and compared: the whole of one. */
function rangeOf(time: { readonly [Op in keyof typeof TIME]?: number } | undefined): InstantRange {
  const from = [time?.$gte, next(time?.$gt)].filter(isGiven);
  const to = [time?.$lt, next(time?.$lte)].filter(isGiven);
  return {
    ...(from.length > 0 && { fromUs: Math.max(...from) * 1000 }),
    ...(to.length > 0 && { toUs: Math.min(...to) * 1000 }),
  };
}

function next(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms + 1;
}

function isGiven(ms: number | undefined): ms is number {
  return ms !== undefined;
}
