import type { z } from 'zod';
import type { Task } from '../../../model/task.ts';
import { etagOf } from '../etag.ts';
import { formatInstant } from '../instant.ts';
import { type Links, link } from '../links.ts';
import type { task } from '../schemas.ts';

/** Categories of work on protected assets; everything else is administration (section 3.1). */
const OPERATIONAL = ['backup', 'restore', 'snapshot', 'snapshot_restore'];

/** @param unitId what the token calls the organizational unit of the task */
export function toTask(model: Task, unitId: string): z.input<typeof task> {
  const { id, type, category, status, progress, createdAt, startedAt, endedAt, primaryEntity, parentEntity } = model;
  const isAbortable = model.abortable && (status === 'queued' || status === 'in_progress');
  const body = {
    id,
    type,
    category,
    genre: OPERATIONAL.includes(category) ? ('operational' as const) : ('administrative' as const),
    status,
    is_abortable: isAbortable,
    progress_percentage: progress,
    created_timestamp: formatInstant(createdAt),
    start_timestamp: startedAt && formatInstant(startedAt),
    end_timestamp: endedAt && formatInstant(endedAt),
    primary_entity: primaryEntity,
    parent_entity: parentEntity,
    ...(model.error !== null && { error_message: model.error }),
  };
  return { _etag: etagOf(body), _links: taskLinks(id, unitId, isAbortable), ...body };
}

export function readTaskLink(id: string) {
  return { 'read-task': link(`/tasks/${id}`) };
}

function taskLinks(id: string, unitId: string, isAbortable: boolean): Links {
  return {
    _self: link(`/tasks/${id}`),
    'read-organizational-unit': link(`/organizational-units/${unitId}`),
    ...(isAbortable && { 'update-task': link(`/tasks/${id}`, 'patch') }),
  };
}
