import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWholeFile } from '../../kit/whole-file.ts';
import { AppError } from '../../model/errors.ts';

/** The form of backups that this release writes, and the newest that it reads. */
export const FORM = 1;

/** Its last file: without it a folder is no backup. */
export const MANIFEST = 'manifest.json';

const migration = z.object({ name: z.string(), checksum: z.string() });

const organizationRows = z.object({ organization: z.number(), rows: z.number(), checksum: z.string() });

const eventTable = z.object({
  table: z.enum(['events', 'rejects', 'batch_counts', 'labels', 'backup_jobs']),
  rows: z.number(),
  /** By organization: rows, and the sum of their hashes modulo 2^64, decimal. */
  organizations: z.array(organizationRows),
  /** Files in which they are. */
  chunks: z.array(z.string()),
});

const manifest = z.object({
  form: z.literal(FORM),
  id: z.string().regex(/^[\w-]+$/),
  /** Version of Belfry that wrote it. */
  version: z.string(),
  /** The moment that the control data shows, ISO 8601. */
  moment: z.string(),
  /** Events of batches up to this one are in it, and no others. */
  horizon: z.number(),
  migrations: z.object({ control: z.array(migration), events: z.array(migration) }),
  control: z.array(z.object({ table: z.string(), rows: z.number(), path: z.string() })),
  events: z.array(eventTable),
  /** Slugs by number, for people. */
  organizations: z.array(z.object({ number: z.number(), slug: z.string() })),
  /** What the key that signs tokens leaves of itself; the key is in `files/token.key` unless it was configured. */
  tokenKeyPrint: z.string(),
  /** Every file but this one. */
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
  /** Files that the control data names and that were not there. */
  missing: z.array(z.string()),
});

export type Manifest = z.output<typeof manifest>;
export type ManifestFile = Manifest['files'][number];
export type EventTableEntry = Manifest['events'][number];

/** Puts it there whole, and with it its own hash. */
export async function writeManifest(folder: string, content: Manifest): Promise<void> {
  const text = JSON.stringify({ ...content, sha256: hashOf(content) }, null, 2);
  await writeWholeFile(join(folder, MANIFEST), (append) => append(`${text}\n`));
}

/** @throws AppError `precondition_failed` for a folder that is no backup, not a whole one, or one of a newer release */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw refusal(
      `${folder} has no ${MANIFEST}: it is no backup, or one that was not finished; remove it and make another`,
      error,
    );
  });
  const { sha256, ...content } = parse(text, folder);
  if (typeof content.form === 'number' && content.form > FORM) {
    throw refusal(
      `${folder} is a backup of a newer version of Belfry (${String(content.version)}); restore it with that`,
    );
  }
  if (sha256 !== hashOf(content)) throw refusal(`${join(folder, MANIFEST)} was altered`);
  const read = manifest.safeParse(content);
  if (!read.success)
    throw refusal(`${join(folder, MANIFEST)} is no manifest of a backup: ${z.prettifyError(read.error)}`);
  return read.data;
}

function parse(text: string, folder: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw refusal(`${join(folder, MANIFEST)} was altered: it is no JSON document`);
}

function hashOf(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

export function refusal(sentence: string, cause?: unknown): AppError {
  return new AppError('precondition_failed', { public: sentence, ...(cause === undefined ? {} : { cause }) });
}
