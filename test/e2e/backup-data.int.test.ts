import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listBackupJobs } from '../../src/events/queries/backup-jobs.ts';
import { borg } from '../../src/formats/borg/index.ts';
import { FORMATS } from '../../src/formats/registry.ts';
import { restic } from '../../src/formats/restic/index.ts';
import { type IngestHarness, openIngestHarness } from '../ingest-harness.ts';

const DATA = join(import.meta.dirname, '../../../shared/data/backup');
const present = existsSync(DATA);
const files = present ? readdirSync(DATA).filter((name) => /\.jsonl?$/.test(name)) : [];

describe.skipIf(!present)(`backup logs of ../shared/data${present ? '' : ' (skipped: the folder is absent)'}`, () => {
  let harness: IngestHarness;
  beforeAll(async () => {
    harness = await openIngestHarness(FORMATS);
    expect([restic, borg].every((format) => FORMATS.includes(format))).toBe(true);
  });
  afterAll(() => harness?.close());

  it('every file is recognised and read without a reject, and once', async () => {
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) {
      const bytes = readFileSync(join(DATA, name));
      const { receipt, format } = await harness.import(name, bytes);
      expect(format, name).toMatch(/^(restic|borg)$/);
      expect(receipt, name).toMatchObject({ rejected: 0, stored: receipt.received });
      expect((await harness.import(`again-${name}`, bytes)).receipt, name).toMatchObject({ stored: 0 });
    }
  });

  it('makes a job of every snapshot and archive, with what its run told', async () => {
    const page = { order: 'created', limit: 100, offset: 0 } as const;
    const question = { organizationIds: [harness.organizationId], filter: {}, page };
    const { jobs } = await listBackupJobs(harness.events, question);
    const snapshots = JSON.parse(readFileSync(join(DATA, 'restic-snapshots.json'), 'utf8')).map(
      (snapshot: { short_id: string }) => snapshot.short_id,
    );
    const archives = JSON.parse(readFileSync(join(DATA, 'borg-list.json'), 'utf8')).archives.map(
      (archive: { id: string }) => archive.id,
    );
    expect(jobs.map(({ job }) => job).sort()).toEqual([...snapshots, ...archives].sort());
    expect(jobs.find(({ job }) => job === '709ad85a')).toMatchObject({
      primaryEntity: { value: 'files02:/srv/fileserver/hr' },
      bytes: 173_742,
      message: '/srv/missing does not exist, skipping',
    });
  });
});
