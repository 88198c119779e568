interface Log {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Something that is done again and again and may fail for an hour. */
export interface Trouble {
  failed(error: unknown): void;
  passed(): void;
}

const REMIND_MS = 5 * 60_000;
const ANOTHER_AFTER_MS = 10_000;

/**
 * Tells of a trouble when it begins, when it is another one, every five minutes, and when it is over: whoever tries twice a second
 * must not fill a disk with saying so.
 *
 * @param what cannot be done, as the log is to say it
 */
export function createTrouble(log: Log, what: string, now = () => performance.now()): Trouble {
  let failures = 0;
  let toldAt = 0;
  let told = '';
  return {
    failed(error) {
      failures += 1;
      const message = error instanceof Error ? error.message : String(error);
      const silentFor = now() - toldAt;
      const isNew = failures === 1 || (message !== told && silentFor >= ANOTHER_AFTER_MS);
      if (!isNew && silentFor < REMIND_MS) return;
      toldAt = now();
      told = message;
      log.error({ err: error, failures }, what);
    },
    passed() {
      if (failures > 0) log.warn({ failures }, `${what}: that is over`);
      failures = 0;
    },
  };
}
