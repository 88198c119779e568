import type { Recognition, Specimen } from '../format.ts';
import { firstObject, isObject, type JsonObject } from '../framing/json-objects.ts';

/** Lists that events and jobs come in, by the member that holds them. */
export const LISTS = ['BackupJobs', 'CopyJobs', 'RestoreJobs', 'Messages', 'Records', 'events'] as const;

export function recogniseAwsBackup({ head }: Specimen): Recognition | undefined {
  const member = listOf(head);
  if (member !== undefined) return isTelling(head.toString('utf8'), member) ? { confidence: 95 } : undefined;
  const first = firstObject(head);
  return first !== undefined && isAwsBackup(first) ? { confidence: 95 } : undefined;
}

/** The member of the outermost object that holds the records as a list, where there is one. */
function listOf(head: Buffer): string | undefined {
  const [, member = ''] = /^\uFEFF?\s*\{[^[{}]*"(\w+)"\s*:\s*\[/.exec(head.toString('utf8')) ?? [];
  return LISTS.find((name) => name === member);
}

function isTelling(text: string, member: string): boolean {
  if (member.endsWith('Jobs')) return /"(?:Backup|Copy|Restore)JobId"/.test(text);
  return /\\*"source\\*"\s*:\s*\\*"aws\.backup\\*"/.test(text);
}

/** The event itself, or the item of a list of jobs, or what a queue or a topic wraps around an event. */
function isAwsBackup(object: JsonObject): boolean {
  if (object.source === 'aws.backup') return isObject(object.detail);
  if (['BackupJobId', 'CopyJobId', 'RestoreJobId'].some((key) => key in object)) return true;
  const wrapped = object.Message ?? object.Body ?? object.body ?? object.message;
  return typeof wrapped === 'string' && /\\*"aws\.backup\\*"/.test(wrapped);
}
