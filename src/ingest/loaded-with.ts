import type { Batch, LoadSettings } from '../control/ledger.ts';
import { findLanding, type Landing } from '../events/landing.ts';
import type { Ingest } from './ingest.ts';

/** Under this name the generation of the landing stands among what the ledger says a batch is loaded with. */
const GENERATION = 'landing_generation';

/** What a batch that this process opens is to be loaded with, however often and by whomever. */
export function loadWith({ landing }: Pick<Ingest, 'landing'>, settings: LoadSettings): LoadSettings {
  return { ...settings, [GENERATION]: landing.generation };
}

/**
 * What a batch is loaded with. It goes through the landing it was opened for, also where another release takes it over: the
 * engine adds the ids of the views on the way to the batch's token, so by another way it would be stored a second time beside
 * what an interrupted load has left.
 */
export async function loadedWith(
  { events, landing }: Ingest,
  batch: Batch,
): Promise<{ landing: Landing; settings: LoadSettings }> {
  const { [GENERATION]: generation, ...settings } = batch.settings;
  if (generation === undefined || generation === landing.generation) return { landing, settings };
  return { landing: (await findLanding(events, String(generation))) ?? landing, settings };
}

/** The generations that these batches were opened for. */
export function generationsOf(batches: readonly Batch[]): Set<string> {
  const generations = batches.map(({ settings }) => settings[GENERATION]);
  return new Set(generations.flatMap((generation) => (generation === undefined ? [] : [String(generation)])));
}
