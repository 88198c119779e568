import { vi } from 'vitest';
import { EventStore } from '../../../src/events/client.ts';
import { bindParameters } from '../../../src/events/parameters.ts';

/**
 * From now on the event store is asked each statement once: the same text with the same values, after that, is answered as
 * the first time. Organizations are values, so a request that reaches for another one is another statement. For tests that
 * ask the same in many ways while nothing is stored.
 *
 * @returns ends it
 */
export function askEachStatementOnce(): () => void {
  const query = EventStore.prototype.query;
  const answers = new Map<string, Promise<string>>();
  const spy = vi.spyOn(EventStore.prototype, 'query').mockImplementation(async function (
    this: EventStore,
    ...statement: Parameters<EventStore['query']>
  ) {
    const [sql, parameters = {}, options = {}] = statement;
    const key = `${bindParameters(sql, parameters)} ${JSON.stringify(options)}`;
    const answer = answers.get(key) ?? query.apply(this, statement).then((rows) => JSON.stringify(rows));
    answers.set(key, answer);
    return JSON.parse(await answer);
  });
  return () => spy.mockRestore();
}
