import { badInput } from '../../model/errors.ts';
import type { Format, Recognition, Specimen } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { firstObject } from '../framing/json-objects.ts';
import { VELERO_MAPPING } from './mapping.ts';

const NAME = 'velero';

/** Backups and restores of Velero, as `kubectl get … -o json` shows them. */
export const velero: Format = {
  name: NAME,
  title: 'Velero backups and restores, as kubectl shows them',
  recognise: recogniseVelero,
  createFramer({ variant = 'resources' }) {
    if (variant !== 'resources') throw badInput('format', `${NAME}/${variant}`, 'the only variant is resources');
    return createJsonFramer({ variant, context: '', lists: { members: ['items'], depth: 1 } });
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
