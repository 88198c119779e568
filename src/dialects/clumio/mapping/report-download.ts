import type { z } from 'zod';
import { type Download, signDownload } from '../../../core/reports/index.ts';
import type { Report } from '../../../model/report.ts';
import { formatInstant } from '../instant.ts';
import type { reportDownload, reportManifest } from '../report-schemas.ts';
import { unitName } from '../units.ts';

export const DOWNLOADS_PATH = '/reports/downloads';

/** How links to files are made: the address of this server, and the key that signs. */
export interface LinkMaker {
  readonly origin: string;
  readonly tokenKey: Uint8Array;
}

/** A report whose file is there (section 2.2). */
export function toReportDownload(report: Report, maker: LinkMaker): z.input<typeof reportDownload> {
  const { id, type, fileName, filters, file, acceptedAt, taskId } = report;
  return {
    id,
    type,
    file_name: fileName,
    filters,
    start_timestamp: formatInstant(acceptedAt),
    end_timestamp: formatInstant(file?.finishedAt ?? acceptedAt),
    expiration_timestamp: formatInstant(file?.expiresAt ?? acceptedAt),
    download_link: downloadLink(report, maker),
    task_id: taskId,
  };
}

/** The signature stands last: `.manifest.json` put behind a link is taken off it. */
function downloadLink(report: Report, { origin, tokenKey }: LinkMaker): string {
  const signed = signDownload(tokenKey, report);
  return `${origin}${DOWNLOADS_PATH}/${report.id}?expires=${signed?.expires}&signature=${signed?.signature}`;
}

/** What a file is, in the words of the list. Where the horizon is would tell how much others store. */
export function toManifest({ report, file, organization }: Download): z.input<typeof reportManifest> {
  return {
    id: report.id,
    type: report.type,
    file_name: report.fileName,
    filters: report.filters,
    organizational_unit_id: organization && unitName(organization, report.rootId).id,
    task_id: report.taskId,
    rows: file.rows,
    bytes: file.bytes,
    sha256: file.sha256,
    columns: [...file.columns],
    start_timestamp: formatInstant(report.acceptedAt),
    snapshot_timestamp: file.snapshotAt,
    end_timestamp: formatInstant(file.finishedAt),
    expiration_timestamp: formatInstant(file.expiresAt),
  };
}
