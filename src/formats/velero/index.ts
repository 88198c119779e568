import { badInput } from '../../model/errors.ts';
import type { Format, Recognition, Specimen } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { createJsonListFramer } from '../framing/json-list.ts';
import { firstObject } from '../framing/json-objects.ts';
import { VELERO_MAPPING } from './mapping.ts';

const NAME = 'velero';

/** Backups and restores of Velero, as `kubectl get … -o json` shows them. */
export const velero: Format = {
  name: NAME,
  title: 'Velero backups and restores, as kubectl shows them',
  recognise: recogniseVelero,
  createFramer({ head, variant = 'resources' }) {
    if (variant !== 'resources') throw badInput('format', `${NAME}/${variant}`, 'the only variant is resources');
    const options = { variant, context: '' };
    return isList(head) ? createJsonListFramer({ ...options, member: 'items' }) : createJsonFramer(options);
  },
  variants: { resources: VELERO_MAPPING },
};

function recogniseVelero({ head }: Specimen): Recognition | undefined {
  if (isList(head))
    return /"apiVersion"\s*:\s*"velero\.io\//.test(head.toString('utf8')) ? { confidence: 95 } : undefined;
  const { apiVersion } = firstObject(head) ?? {};
  return typeof apiVersion === 'string' && apiVersion.startsWith('velero.io/') ? { confidence: 95 } : undefined;
}

function isList(head: Buffer): boolean {
  return /^\uFEFF?\s*\{[^[{}]*"items"\s*:\s*\[/.test(head.toString('utf8'));
}
