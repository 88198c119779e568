import { AppError } from '../model/errors.ts';
import type { EventStore } from './client.ts';

/**
 * Notes whose events these are, where nobody's are noted. Numbers of batches and organizations come from the control
 * database: two of them over one database of events would mix up customers.
 *
 * @throws AppError `conflict` where they are another installation's
 */
export async function claimEvents(store: EventStore, installation: string): Promise<void> {
  const owners = await store.query<{ id: string; since: string }>(
    'SELECT id, toString(min(since)) AS since FROM installation GROUP BY id',
  );
  if (owners.some(({ id }) => id === installation)) return;
  const [other] = owners;
  if (other === undefined) {
    await store.command('INSERT INTO installation (id) VALUES ({id:String})', { id: installation });
    return;
  }
  throw new AppError('conflict', {
    public: `these events belong to another installation since ${other.since} UTC: name the control database they were stored with, or another database for events`,
  });
}

/** Lets the next installation that opens the store claim its events: for whoever has just put them there. */
export async function disownEvents(store: EventStore): Promise<void> {
  await store.command('ALTER TABLE installation DELETE WHERE 1 SETTINGS mutations_sync = 2');
}
