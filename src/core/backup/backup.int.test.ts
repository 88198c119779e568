import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testControlOptions } from '../../../test/test-control.ts';
import { openWorld, TEST_ACTOR } from '../../../test/world.ts';
import { verifyAudit } from '../../control/audit.ts';
import { openControl } from '../../control/database.ts';
import { horizon, listBatches } from '../../control/ledger.ts';
import { enqueue } from '../../control/repos/jobs.ts';
import { createOrganization, listOrganizations } from '../../control/repos/organizations.ts';
import { openEventStore } from '../../events/client.ts';
import { migrateEvents } from '../../events/migrate.ts';
import { applyRetention } from '../upkeep/apply-retention.ts';
import { filePlaces } from './copy-files.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { type RestoreTarget, restoreBackup } from './restore-backup.ts';
import { verifyBackup } from './verify-backup.ts';
import { writeBackup } from './write-backup.ts';

const RECORDS = 50;
const tokenKey = Buffer.from('a key that signs tokens, of a test');

let folder: string;
let backup: string;
let manifest: Manifest;
let trail: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-backup-'));
  backup = join(folder, 'backup');
  const world = await openWorld({ retentionDays: 1 });
  try {
    const { branch, office } = world.organizations;
    const records = (domain: string) =>
      Array.from({ length: RECORDS }, (_, index) => ({
        time: new Date(Date.parse('2025-12-01T10:00:00Z') + index * 1000).toISOString(),
        kind: 'dns',
        domain: `${domain}${index}.example`,
      }));
    await world.load(branch, records('a'));
    await world.load(office, records('b'));
    const { context } = world;
    // What is open holds the horizon; a batch that was closed after it is not part of the backup.
    const top = await horizon(context.control.db);
    await context.control.db.updateTable('batches').set({ state: 'open' }).where('seq', '=', top).execute();
    await enqueue(context.control.db, { kind: 'write-backup', payload: {} });
    await context.control.db.updateTable('jobs').set({ state: 'running' }).execute();
    const places = filePlaces(join(folder, 'source'), true);
    await mkdir(join(folder, 'source'));
    await writeFile(join(folder, 'source', 'token.key'), tokenKey);
    // Retention would delete all of it, and must not before it is copied.
    await applyRetention(context);
    manifest = await writeBackup(context, { folder: backup, places, tokenKey, progress: () => undefined });
    trail = (await verifyAudit(context.control.db)).head;
    const again = writeBackup(context, { folder: backup, places, tokenKey, progress: () => undefined });
    await expect(again).rejects.toMatchObject({ code: 'conflict', public: expect.stringContaining('not empty') });
    await expectFullDisk(context, places);
  } finally {
    await world.close();
  }
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

type Source = Parameters<typeof writeBackup>[0];

/** A disk that is full at the last file: nothing stays that looks like a backup. */
async function expectFullDisk(context: Source, places: RestoreTarget['places']): Promise<void> {
  const full = join(folder, 'full');
  await mkdir(full);
  const progress = ({ step }: { step: string }) => {
    if (step === 'events') linked ??= symlink('/dev/full', join(full, 'manifest.json.part'));
  };
  let linked: Promise<void> | undefined;
  const writing = writeBackup(context, { folder: full, places, tokenKey, progress });
  await expect(writing).rejects.toMatchObject({ code: 'unavailable', public: expect.stringContaining('disk is full') });
  await linked;
  expect(await readdir(full)).toEqual([]);
}

async function targetIn(name: string): Promise<RestoreTarget> {
  const data = join(folder, name);
  await mkdir(data, { recursive: true });
  return {
    control: await testControlOptions(join(data, 'control.db'), { isEmpty: true }),
    events: { path: join(data, 'events') },
    places: filePlaces(data, true),
  };
}

const options = { actor: TEST_ACTOR, progress: () => undefined };

/** A copy of the backup that something happens to. */
async function altered(name: string, change: (folder: string) => Promise<unknown>): Promise<string> {
  const copy = join(folder, name);
  await cp(backup, copy, { recursive: true });
  await change(copy);
  return copy;
}

test('holds the events of closed batches up to the horizon, and what was under way as ended', () => {
  const events = manifest.events.find(({ table }) => table === 'events');
  expect(events?.rows).toBe(RECORDS);
  expect(manifest.horizon).toBe(1);
  expect(manifest.control.find(({ table }) => table === 'batches')?.rows).toBe(1);
  expect(manifest.control.find(({ table }) => table === 'jobs')?.rows).toBe(0);
});

test('restores into an empty installation, once', async () => {
  const target = await targetIn('restored');
  await restoreBackup(backup, target, options);
  const control = await openControl(target.control ?? { path: '' });
  const events = await openEventStore(target.events ?? { path: '' });
  try {
    expect((await listOrganizations(control.db)).map(({ slug }) => slug).sort()).toEqual([
      'branch',
      'office',
      'provider',
      'sibling',
      'stranger',
    ]);
    expect(await horizon(control.db)).toBe(2);
    expect(await listBatches(control.db, {})).toHaveLength(1);
    const verdict = await verifyAudit(control.db);
    expect(verdict.fault).toBeUndefined();
    const entries = await control.db
      .selectFrom('auditEntries')
      .select(['action', 'prevHash'])
      .orderBy('seq', 'desc')
      .execute();
    expect(entries[0]).toEqual({ action: 'installation.restore', prevHash: trail });
    await migrateEvents(events);
    expect(await events.query('SELECT count() AS rows FROM events')).toEqual([{ rows: RECORDS }]);
    expect(await events.query('SELECT sum(requests) AS requests FROM facets_daily WHERE facet = 1')).toEqual([
      { requests: RECORDS },
    ]);
    expect(await readFile(target.places.tokenKey ?? '')).toEqual(tokenKey);
  } finally {
    await events.close();
    await control.close();
  }
  // Whoever was interrupted before he was told may ask again, until somebody has worked with it.
  await restoreBackup(backup, target, options);
  const used = await openControl(target.control ?? { path: '' });
  await createOrganization(used.db, { slug: 'new', name: 'New', actor: TEST_ACTOR });
  await used.close();
  await expect(restoreBackup(backup, target, options)).rejects.toMatchObject({
    code: 'precondition_failed',
    public: expect.stringMatching(/control database holds 6 organizations/),
  });
}, 60_000);

test('goes on where it was interrupted, lets nobody in before, and takes no other backup', async () => {
  const target = await targetIn('interrupted');
  const stopped = restoreBackup(backup, target, {
    ...options,
    progress: ({ step }) => {
      if (step === 'checksums') throw new Error('stop here');
    },
  });
  await expect(stopped).rejects.toThrow('stop here');
  await expect(openControl(target.control ?? { path: '' })).rejects.toThrow(/restore into it has not finished/);
  const other = await altered('other', async (copy) => {
    const { id: _, ...rest } = await readManifest(copy);
    await writeManifest(copy, { ...rest, id: 'another' });
  });
  await expect(restoreBackup(other, target, options)).rejects.toMatchObject({
    code: 'precondition_failed',
    public: expect.stringContaining('middle of the restore of another backup'),
  });
  await restoreBackup(backup, target, options);
  await (await openControl(target.control ?? { path: '' })).close();
}, 60_000);

test('refuses an event store that holds something, and leaves it as it is', async () => {
  const target = await targetIn('occupied');
  const store = await openEventStore(target.events ?? { path: '' });
  await migrateEvents(store);
  await store.command(`INSERT INTO rejects (org, seq, row, line, reason, raw) VALUES (1, 1, 1, 1, 'r', 'x')`);
  await store.close();
  await expect(restoreBackup(backup, target, options)).rejects.toMatchObject({
    public: 'the event store holds 1 rows of rejects: restore into one that holds nothing',
  });
  const after = await openEventStore(target.events ?? { path: '' });
  expect(await migrateEvents(after)).toEqual([]);
  expect(await after.query('SELECT count() AS rows FROM rejects')).toEqual([{ rows: 1 }]);
  await after.close();
  await (await openControl(target.control ?? { path: '' })).close();
});

test('names what is damaged, missing or additional, in every kind of file', async () => {
  const flip = async (path: string) => {
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    await writeFile(path, bytes);
  };
  const copy = await altered('damaged', async (at) => {
    for (const path of ['control/users.jsonl.gz', 'events/events-000001.native.zst', 'files/token.key']) {
      await flip(join(at, path));
    }
    await rm(join(at, 'control/jobs.jsonl.gz'));
    await writeFile(join(at, 'events/more'), 'x');
  });
  expect((await verifyBackup(copy)).faults).toEqual([
    { path: 'control/jobs.jsonl.gz', fault: 'missing' },
    { path: 'control/users.jsonl.gz', fault: 'damaged' },
    { path: 'events/events-000001.native.zst', fault: 'damaged' },
    { path: 'events/more', fault: 'additional' },
    { path: 'files/token.key', fault: 'damaged' },
  ]);
  await expect(restoreBackup(copy, await targetIn('never'), options)).rejects.toMatchObject({
    public: expect.stringContaining('control/jobs.jsonl.gz is missing, control/users.jsonl.gz is damaged'),
  });
  expect(await readdir(join(folder, 'never'))).toEqual([]);
  expect((await verifyBackup(backup)).faults).toEqual([]);
});

test.each<readonly [string, (folder: string) => Promise<unknown>, RegExp]>([
  [
    'without a manifest',
    (at) => rm(join(at, 'manifest.json')),
    /no manifest.json: it is no backup, or one that was not finished/,
  ],
  ['with a manifest cut short', (at) => writeFile(join(at, 'manifest.json'), '{"form": 1,'), /was altered/],
  [
    'with a number changed in its manifest',
    async (at) => {
      const path = join(at, 'manifest.json');
      await writeFile(path, (await readFile(path, 'utf8')).replace('"horizon": 1', '"horizon": 9'));
    },
    /was altered/,
  ],
  [
    'of a newer form',
    (at) => writeFile(join(at, 'manifest.json'), '{"form": 2, "version": "9.0.0"}'),
    /newer version of Belfry \(9.0.0\)/,
  ],
  [
    'of a newer schema',
    async (at) => {
      const read = await readManifest(at);
      const control = [...read.migrations.control, { name: '0999-later', checksum: 'x' }];
      await writeManifest(at, { ...read, migrations: { ...read.migrations, control } });
    },
    /migration 0999-later, which this version of Belfry does not know/,
  ],
])('refuses a backup %s', async (what, change, reason) => {
  const copy = await altered(what.replaceAll(' ', '-'), change);
  await expect(restoreBackup(copy, await targetIn('never'), options)).rejects.toMatchObject({
    code: 'precondition_failed',
    public: expect.stringMatching(reason),
  });
});

test('restores a backup of an older schema into it, and brings it up to date', async () => {
  const old = await altered('old', async (at) => {
    const read = await readManifest(at);
    const isThere = ({ path }: { path: string }) => !/alerts|backup_jobs/.test(path);
    await writeManifest(at, {
      ...read,
      migrations: {
        control: read.migrations.control.filter(({ name }) => name < '0011'),
        events: read.migrations.events.filter(({ name }) => name < '0003'),
      },
      control: read.control.filter(isThere),
      events: read.events.filter(({ table }) => table !== 'backup_jobs'),
      files: read.files.filter(isThere),
    });
    for (const table of ['alerts', 'consolidated_alerts']) await rm(join(at, `control/${table}.jsonl.gz`));
    await rm(join(at, 'control/imports.jsonl.gz'));
    await withoutImports(at);
  });
  const target = await targetIn('upgraded');
  await restoreBackup(old, target, options);
  const control = await openControl(target.control ?? { path: '' });
  expect(await control.db.selectFrom('alerts').selectAll().execute()).toEqual([]);
  expect(await listOrganizations(control.db)).toHaveLength(5);
  await control.close();
});

/** The table of imports has a column since then. */
async function withoutImports(at: string): Promise<void> {
  const read = await readManifest(at);
  const isOther = ({ path }: { path: string }) => !/imports|batches/.test(path);
  await rm(join(at, 'control/batches.jsonl.gz'));
  await writeManifest(at, { ...read, control: read.control.filter(isOther), files: read.files.filter(isOther) });
}

test('takes folders with plain names only', async () => {
  await expect(restoreBackup('relative', await targetIn('never'), options)).rejects.toMatchObject({
    code: 'bad_request',
  });
  await appendFile(join(folder, 'note'), '');
  await expect(verifyBackup(join(folder, 'note'))).rejects.toMatchObject({ code: 'precondition_failed' });
});
