import { z } from 'zod';
import * as backups from '../../../core/backup/index.ts';
import { requestedBackup } from '../backup-schemas.ts';
import { defineRoute, type NativeRoute } from '../route.ts';

const requestBackup = defineRoute({
  method: 'POST',
  path: '/backups',
  operationId: 'requestBackup',
  summary: 'Has a backup written while the server goes on; for the operator',
  tag: 'Server',
  body: z.strictObject({
    folder: z.string().describe('Absolute path on the disk of the server; the folder is empty, or not there'),
  }),
  status: 201,
  answer: requestedBackup,
  handle: ({ deps, caller, body }) => backups.requestBackup(deps.context, caller, body.folder),
});

const readBackup = defineRoute({
  method: 'GET',
  path: '/backups/:id',
  operationId: 'readBackup',
  summary: 'How far a backup is, and what is in it; for the operator, until some days after it ended',
  tag: 'Server',
  params: z.strictObject({ id: z.string() }),
  answer: requestedBackup,
  handle: ({ deps, caller, params }) => backups.readBackup(deps.context, caller, params.id),
});

export const BACKUP_ROUTES: readonly NativeRoute[] = [requestBackup, readBackup];
