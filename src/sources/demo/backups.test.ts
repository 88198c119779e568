import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackupFormat } from './backup-nights.ts';
import { type DemoOrganization, INCIDENTS, writeDemo } from './index.ts';

const END = new Date('2026-03-18T15:37:12Z');
const DAYS = 30;
const DAY_MS = 86_400_000;

let folder: string;
let organizations: DemoOrganization[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-backups-'));
  organizations = await writeDemo({ folder, seed: 1, end: END, days: DAYS, events: 3_000 });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function textOf(format: BackupFormat): Promise<string> {
  const files = organizations.flatMap((organization) => organization.files).filter((file) => file.format === format);
  return (await Promise.all(files.map(({ path }) => readFile(path, 'utf8')))).join('');
}

test('every organization has backups in the format of its tool, within the period, some of them failed', async () => {
  const formats = organizations.map(({ files }) =>
    files.filter(({ path }) => path.includes('/backups/')).map(({ format }) => format),
  );
  expect(formats.map((names) => [...new Set(names)])).toEqual([
    ['backup-csv'],
    ['aws-backup'],
    ['restic'],
    ['borg', 'velero'],
  ]);
  for (const format of ['backup-csv', 'aws-backup', 'restic', 'borg', 'velero'] as const) {
    // What is kept is kept beyond the end.
    const text = (await textOf(format)).replaceAll(/"expiration": "[^"]*"/g, '');
    const times = [...text.matchAll(/\b2026-\d\d-\d\dT\d\d:\d\d:\d\d/g)].map(([time]) => Date.parse(`${time}Z`));
    expect(Math.min(...times), format).toBeGreaterThanOrEqual(END.getTime() - DAYS * DAY_MS - 999);
    expect(Math.max(...times), format).toBeLessThanOrEqual(END.getTime());
    expect(text, format).toMatch(/failed|"FAILED"|PartiallyFailed|exit_error|LockTimeout/);
  }
});

test('the backups of the imaging volume fail from the night after the phishing click on', async () => {
  const { volume, message } = INCIDENTS.backups;
  const lines = (await textOf('aws-backup')).trimEnd().split('\n');
  const ends = lines
    .map((line) => JSON.parse(line).detail)
    .filter((detail) => detail.resourceArn?.endsWith(volume) && detail.completionDate !== undefined);
  const failed = ends.filter((detail) => detail.statusMessage === `"${message}"`);
  expect(failed.map((detail) => detail.creationDate.slice(0, 10))).toEqual([
    '2026-03-15',
    '2026-03-16',
    '2026-03-17',
    '2026-03-18',
  ]);
  expect(ends.length).toBeGreaterThan(25);
});

test('a period without a night has no backups', async () => {
  const short = await writeDemo({ folder: join(folder, 'short'), seed: 1, end: END, days: 0.5, events: 10 });
  expect(short.flatMap(({ files }) => files).filter(({ path }) => path.includes('/backups/'))).toEqual([]);
});
