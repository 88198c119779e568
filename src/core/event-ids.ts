import type { Control } from '../control/database.ts';
import { installationKey } from '../control/repos/installation-key.ts';
import { deriveKey } from '../kit/sealing.ts';
import { type EventIds, eventIds } from '../model/event-id.ts';

/** The ids that events have in this installation: the same after every start, whatever key signs tokens. */
export async function eventIdsOf({ db }: Control): Promise<EventIds> {
  return eventIds(deriveKey(await installationKey(db), 'belfry event ids'));
}
