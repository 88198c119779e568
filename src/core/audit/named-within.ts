import { outsideNames } from '../../control/repos/actor-names.ts';
import { organizationsEverWithin } from '../../control/repos/archived-organizations.ts';
import type { Actor } from '../../model/scope.ts';
import type { Context } from '../context.ts';

type Control = Pick<Context, 'control'>;

/** The organizations whose users and clients a reader in an organization knows by name: it, and all below it. */
export async function namedWithin({ control: { db } }: Control, readerId: number): Promise<number[]> {
  return (await organizationsEverWithin(db, readerId)).map(({ id }) => id);
}

/**
 * What a reader is shown for each of some actors: its label, or the name of its organization where that is none of the reader's.
 *
 * @param readerId organization that the reader belongs to; null for the operator
 */
export async function actorNames(
  context: Control,
  actors: readonly Pick<Actor, 'type' | 'id'>[],
  readerId: number | null,
): Promise<(actor: Pick<Actor, 'type' | 'id' | 'label'>) => string> {
  if (readerId === null) return ({ label }) => label;
  const outsideName = await outsideNames(context.control.db, actors, await namedWithin(context, readerId));
  return (actor) => outsideName(actor) ?? actor.label;
}
