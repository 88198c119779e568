import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantUnremovable } from '../../test/unremovable.ts';
import { openWorld, type World } from '../../test/world.ts';
import { expireReports, openShelf } from '../core/reports/index.ts';
import { FilesLeft } from '../kit/remove-older.ts';
import { startBackgroundWork } from './background-work.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world?.close());

function start() {
  const { context, deps } = world;
  const { folder } = deps.reportShelf;
  const config = {
    roles: new Set(['jobs'] as const),
    dataDirectory: dirname(folder),
    tokenKey: null,
    peerIntervalSeconds: 60,
    peerRequestsPerSecond: 1,
  };
  const logger = pino({ level: 'silent' });
  return startBackgroundWork({
    config,
    context,
    ingest: deps.ingest,
    deps,
    fault: () => undefined,
    owner: 'a',
    logger,
  });
}

test('a file that cannot be removed stops neither the sweep it is in nor the start', async () => {
  const { context, deps } = world;
  const shelf = deps.reportShelf;
  await mkdir(shelf.folder, { recursive: true });
  const leave = async () => {
    for (const name of ['a.csv.part', 'z.csv.part']) await writeFile(join(shelf.folder, name), '');
  };
  const unremovable = await plantUnremovable(shelf.folder);
  try {
    await leave();
    await expect(openShelf(context, shelf)).rejects.toThrow(FilesLeft);
    expect(await readdir(shelf.folder)).toEqual([unremovable.name]);
    await leave();
    const work = await start();
    await work.stop();
    expect(await readdir(shelf.folder)).toEqual([unremovable.name]);
    await expireReports(context, shelf);
  } finally {
    await unremovable.remove();
  }
});
