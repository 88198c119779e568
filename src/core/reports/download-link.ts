import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ReportFile } from '../../model/report.ts';

/** What opens one report to whoever has it, until its file expires. */
export interface DownloadCredential {
  /** Seconds since 1970. */
  readonly expires: number;
  readonly signature: string;
}

/** Something with a file that may be fetched until it expires. */
export interface Downloadable {
  readonly id: string;
  readonly file: Pick<ReportFile, 'expiresAt'> | null;
}

/** @param tokenKey the server's; the key that signs is derived from it. Null for a report without a file. */
export function signDownload(tokenKey: Uint8Array, { id, file }: Downloadable): DownloadCredential | null {
  if (file === null) return null;
  const expires = Math.floor(Date.parse(file.expiresAt) / 1000);
  return { expires, signature: signatureOf(tokenKey, id, expires) };
}

/** Whether a credential was made here for this report. It may have expired. */
export function isSigned(tokenKey: Uint8Array, id: string, { expires, signature }: DownloadCredential): boolean {
  const given = Buffer.from(signature);
  const expected = Buffer.from(signatureOf(tokenKey, id, expires));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signatureOf(tokenKey: Uint8Array, id: string, expires: number): string {
  const key = createHmac('sha256', tokenKey).update('report downloads').digest();
  return createHmac('sha256', key).update(`${id}.${expires}`).digest('base64url');
}
