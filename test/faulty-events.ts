import type { EventStore, FileInsert } from '../src/events/client.ts';

/** What happens around the loads of a store. What they throw is what the load fails with. */
export interface LoadFaults {
  before?(insert: FileInsert): Promise<void> | void;
  /** Once the rows are stored. */
  after?(insert: FileInsert): Promise<void> | void;
}

/** The same store, but for faults in its loads. */
export function withLoadFaults(store: EventStore, faults: LoadFaults): EventStore {
  const load = async (insert: FileInsert) => {
    await faults.before?.(insert);
    await store.load(insert);
    await faults.after?.(insert);
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'load') return load;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
