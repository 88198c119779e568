import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import type { ControlOptions } from '../control/database.ts';
import { type FilePlaces, filePlaces } from '../core/backup/index.ts';
import type { EventStoreOptions } from '../events/client.ts';

/** Where the stores of a configuration are, and the files beside them. */
export interface StorePlaces {
  readonly control: ControlOptions;
  readonly events: EventStoreOptions;
  readonly places: FilePlaces;
}

export type Places = Pick<Config, 'dataDirectory' | 'eventsUrl' | 'eventsCluster' | 'controlUrl' | 'tokenKey'>;

export function storePlaces(config: Places): StorePlaces {
  return {
    control: controlPlace(config),
    // Sessions share the engine's memory, and one file is loaded at a time.
    events: { ...eventsPlace(config), sessions: 2 },
    places: filePlaces(config.dataDirectory, config.tokenKey === null),
  };
}

export function controlPlace({ dataDirectory, controlUrl }: Pick<Places, 'dataDirectory' | 'controlUrl'>) {
  return controlUrl === null ? { path: join(dataDirectory, 'control.db') } : { url: controlUrl };
}

export function eventsPlace({
  dataDirectory,
  eventsUrl,
  eventsCluster,
}: Pick<Places, 'dataDirectory' | 'eventsUrl' | 'eventsCluster'>) {
  return eventsUrl === null ? { path: join(dataDirectory, 'events') } : { url: eventsUrl, cluster: eventsCluster };
}
