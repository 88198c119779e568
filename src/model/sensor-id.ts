import { createHash } from 'node:crypto';
import type { Organization } from './organization.ts';

/**
 * Names what saw an organization's events: one sensor for each format of log. A UUID of version 5 (RFC 9562) with the
 * organization's as its namespace, so that it is the same wherever it is asked for.
 */
export function sensorId(organization: Pick<Organization, 'uuid'>, format: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(organization.uuid.replaceAll('-', ''), 'hex'))
    .update(format);
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
