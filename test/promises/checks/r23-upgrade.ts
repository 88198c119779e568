import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'libsql';
import { type EventStore, openEventStore } from '../../../src/events/client.ts';
import { type Belfry, belfryOn } from '../../belfry-process.ts';
import type { PromiseRun, PublicPromise } from '../promise.ts';

/** States of this repository between which the schema of a store changed; there are no releases yet. */
const EARLIER = ['dce40df', 'bb63066', 'b802e20'];
const EVENTS = '5000';

export const upgradesAndRestoresAreExact: PublicPromise = {
  id: 'R23',
  claim: 'Upgrades and restores are exact',
  figure:
    'data of earlier releases opens, a restored backup has equal checksums, a downgrade refuses and changes nothing',
  noShare: 'src/core/backup, src/events/migrate.int.test.ts and src/control/database.int.test.ts are its share',
  async check(run) {
    const faults: string[] = [];
    for (const commit of EARLIER) {
      const data = await dataOf(run, commit);
      run.log(`made data with ${commit}`);
      faults.push(...(await upgradeFaults(data, commit)));
    }
    const belfry = belfryOn(join(run.directory, EARLIER.at(-1) ?? '', 'data'));
    faults.push(...(await restoreFaults(run, belfry)), ...(await downgradeFaults(belfry)));
    const states = `data of ${EARLIER.length} earlier states opened, one restored from a backup, 2 downgrades tried`;
    return {
      kept: faults.length === 0,
      measured: `${states}: ${faults.length === 0 ? 'no difference' : faults.join('; ')}`,
    };
  },
};

/** A data directory with the demo set, made by an earlier state of this repository. */
async function dataOf(run: PromiseRun, commit: string): Promise<string> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const source = join(run.directory, commit, 'source');
  const data = join(run.directory, commit, 'data');
  await mkdir(source, { recursive: true });
  const archive = join(run.directory, `${commit}.tar`);
  await promisify(execFile)('git', ['-C', root, 'archive', '--output', archive, commit]);
  await promisify(execFile)('tar', ['-xf', archive, '-C', source]);
  await symlink(join(root, 'node_modules'), join(source, 'node_modules'));
  const command = ['--import', 'tsx', join(source, 'src/main.ts'), 'demo', '--events', EVENTS];
  const env = { PATH: process.env.PATH, BELFRY_DATA: data, BELFRY_PORT: '0', UV_THREADPOOL_SIZE: '16' };
  const child = spawn(process.execPath, command, { cwd: source, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${commit} could not make its demo set: ${code}`);
  return data;
}

async function upgradeFaults(data: string, commit: string): Promise<string[]> {
  const before = await digestOf(data);
  if (before.events?.startsWith('0 ')) return [`the data of ${commit} holds no event`];
  const server = await belfryOn(data).serve();
  const ready = await fetch(`${server.address}/readyz`);
  await server.stop();
  const after = await digestOf(data);
  const differing = Object.keys(before).filter((table) => before[table] !== after[table]);
  return [
    ...(ready.ok ? [] : [`over the data of ${commit} /readyz is ${ready.status}`]),
    ...differing.map((table) => `${table} of ${commit} differ after the upgrade`),
  ];
}

async function restoreFaults(run: PromiseRun, belfry: Belfry): Promise<string[]> {
  const backup = join(run.directory, 'backup');
  const restored = join(run.directory, 'restored');
  const steps = [
    await belfry.run(['backup', backup]),
    await belfry.run(['backup', 'verify', backup]),
    await belfryOn(restored).run(['restore', backup]),
  ];
  const failed = steps.filter(({ code }) => code !== 0).map(({ stderr }) => `backup or restore: ${stderr}`);
  if (failed.length > 0) return failed;
  const [before, after] = [await digestOf(belfry.data), await digestOf(restored)];
  return Object.keys(before).flatMap((table) => (before[table] === after[table] ? [] : [`restored ${table} differ`]));
}

/** Data that says it is of a later release: the start fails with a reason, and nothing differs afterwards. */
async function downgradeFaults(belfry: Belfry): Promise<string[]> {
  const faults: string[] = [];
  const before = await digestOf(belfry.data);
  for (const plane of [controlPlane, eventPlane]) {
    await plane(belfry.data, 'add');
    const { code, stderr } = await belfry.run(['serve']);
    await plane(belfry.data, 'remove');
    if (code === 0 || !/newer/.test(stderr)) faults.push(`a downgrade ended with ${code}: ${stderr}`);
  }
  const after = await digestOf(belfry.data);
  const differing = Object.keys(before).filter((table) => before[table] !== after[table]);
  return [...faults, ...differing.map((table) => `${table} differ after a downgrade`)];
}

const LATER = '9998-later';

async function controlPlane(data: string, change: 'add' | 'remove'): Promise<void> {
  const database = new Database(join(data, 'control.db'));
  database.exec(
    change === 'add'
      ? `insert into migrations (name, checksum, applied_at) values ('${LATER}', '0', '2026-01-01T00:00:00.000Z')`
      : `delete from migrations where name = '${LATER}'`,
  );
  database.close();
}

async function eventPlane(data: string, change: 'add' | 'remove'): Promise<void> {
  const sql =
    change === 'add'
      ? `INSERT INTO schema_migrations (name, checksum) VALUES ('${LATER}', '0')`
      : `ALTER TABLE schema_migrations DELETE WHERE name = '${LATER}' SETTINGS mutations_sync = 1`;
  await withEvents(data, (events) => events.command(sql));
}

type Digest = Readonly<Record<string, string>>;

/** Rows and a sum of their hashes, for what every state since the first has had. */
async function digestOf(data: string): Promise<Digest> {
  const columns = {
    events: 'org, seq, row, toString(time), toString(kind), toString(verdict), src_ip, domain, url, raw',
    rejects: 'org, seq, row, line, raw',
    backup_jobs: 'org, id, job, bytes',
    facets_daily: 'org, toString(day), facet, key, requests',
  };
  return withEvents(data, async (events) => {
    const digests = Object.entries(columns).map(async ([table, hashed]) => {
      const [row] = await events.query<{ digest: string }>(
        `SELECT concat(toString(count()), ' ', toString(sum(cityHash64(${hashed})))) AS digest FROM ${table} ${table === 'events' || table === 'rejects' ? '' : 'FINAL'}`,
      );
      return [table, row?.digest ?? ''] as const;
    });
    return Object.fromEntries(await Promise.all(digests));
  });
}

async function withEvents<Found>(data: string, work: (events: EventStore) => Promise<Found>): Promise<Found> {
  const events = await openEventStore({ path: join(data, 'events') });
  try {
    return await work(events);
  } finally {
    await events.close();
  }
}
