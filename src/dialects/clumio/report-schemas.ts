import { z } from 'zod';
import { REPORT_TYPES } from '../../model/report.ts';
import { links, named, timestamp } from './schemas.ts';

const NAME_RULE = 'must be a text that is not empty, of at most 16384 characters';

/** Section 2.1. A name may hold anything that is text: where it becomes the name of a file, what cannot stand there is replaced. */
export const reportRequest = z.object({
  file_name: z
    .string(NAME_RULE)
    .max(16_384, NAME_RULE)
    .refine((name) => name.trim() !== '' && !/[\0\p{Surrogate}]/u.test(name), NAME_RULE),
  type: z.enum(REPORT_TYPES, `must be one of ${REPORT_TYPES.join(', ')}`),
  filter: z.string('must be a JSON document inside a text').max(1_000_000).optional(),
});

export const acceptedReport = named('AcceptedReport', z.object({ task_id: z.string(), _links: links }));

/** Section 2.2. */
export const reportDownload = named(
  'ReportDownload',
  z.object({
    id: z.string(),
    type: z.enum(REPORT_TYPES),
    file_name: z.string(),
    filters: z.string().describe('As they were sent'),
    start_timestamp: timestamp,
    end_timestamp: timestamp,
    expiration_timestamp: timestamp,
    download_link: z.string().describe('Opens without a token until it expires'),
    task_id: z.string(),
  }),
);

/** Beside a file: what it is. */
export const reportManifest = named(
  'ReportManifest',
  z.object({
    id: z.string(),
    type: z.enum(REPORT_TYPES),
    file_name: z.string(),
    filters: z.string().describe('As they were sent'),
    organizational_unit_id: z.string().nullable(),
    task_id: z.string(),
    rows: z.int().describe('Without the header'),
    bytes: z.int(),
    sha256: z.string().describe('Hexadecimal, of the whole file'),
    columns: z.array(z.string()),
    start_timestamp: timestamp,
    snapshot_timestamp: timestamp.describe('What came later is not in the file'),
    end_timestamp: timestamp,
    expiration_timestamp: timestamp,
  }),
);
