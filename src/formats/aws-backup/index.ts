import { badInput } from '../../model/errors.ts';
import type { Format } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { createJsonListFramer } from '../framing/json-list.ts';
import { AWS_BACKUP_MAPPING } from './mapping.ts';
import { listOf, recogniseAwsBackup } from './recognise.ts';

const NAME = 'aws-backup';

/** State changes of AWS Backup as EventBridge sends them, in whatever they were wrapped on the way, and jobs as its API lists them. */
export const awsBackup: Format = {
  name: NAME,
  title: 'AWS Backup events and job lists',
  recognise: recogniseAwsBackup,
  createFramer({ head, variant = 'events' }) {
    if (variant !== 'events') throw badInput('format', `${NAME}/${variant}`, 'the only variant is events');
    const member = listOf(head);
    const options = { variant, context: '' };
    return member === undefined ? createJsonFramer(options) : createJsonListFramer({ ...options, member });
  },
  variants: { events: AWS_BACKUP_MAPPING },
};
