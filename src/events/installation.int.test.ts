import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestEvents } from '../../test/test-events.ts';
import { claimEvents, disownEvents } from './installation.ts';
import { migrateEvents } from './migrate.ts';

test('events are of the installation that opened their store first, until they are disowned', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-claim-'));
  const store = await openTestEvents(join(folder, 'events'));
  try {
    await migrateEvents(store);
    await claimEvents(store, 'one');
    await claimEvents(store, 'one');
    await expect(claimEvents(store, 'two')).rejects.toMatchObject({
      code: 'conflict',
      public: expect.stringContaining('belong to another installation'),
    });
    await disownEvents(store);
    await claimEvents(store, 'two');
    await expect(claimEvents(store, 'one')).rejects.toMatchObject({ code: 'conflict' });
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
});
