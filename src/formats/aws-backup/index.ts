import { badInput } from '../../model/errors.ts';
import type { Format } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { AWS_BACKUP_MAPPING } from './mapping.ts';
import { LISTS, recogniseAwsBackup } from './recognise.ts';

const NAME = 'aws-backup';

/** State changes of AWS Backup as EventBridge sends them, in whatever they were wrapped on the way, and jobs as its API lists them. */
export const awsBackup: Format = {
  name: NAME,
  title: 'AWS Backup events and job lists',
  recognise: recogniseAwsBackup,
  createFramer({ variant = 'events' }) {
    if (variant !== 'events') throw badInput('format', `${NAME}/${variant}`, 'the only variant is events');
    return createJsonFramer({ variant, context: '', lists: { members: LISTS, depth: 1 } });
  },
  variants: { events: AWS_BACKUP_MAPPING },
};
