import { recordFailedSecrets } from '../../control/repos/failed-secrets.ts';
import type { ControlContext } from '../context.ts';
import type { Attempt } from './failure-limiter.ts';
import { FailureSums } from './failure-sums.ts';

const CLIENT_ID = /^[\da-f]{32}$/;

/** Sums wrong secrets of API clients for the audit trail, as failed sign-ins are. */
export class FailedSecretLog {
  readonly #sums: FailureSums<{ readonly id: string }>;

  constructor({ control }: ControlContext) {
    this.#sums = new FailureSums((sums) => recordFailedSecrets(control.db, sums));
  }

  add({ surface, from, account }: Attempt): void {
    // What has not the shape of an id is not kept: it may be a secret, and long.
    this.#sums.add(CLIENT_ID.test(account) ? { id: account } : null, { from, via: surface });
  }

  /** Writes what is summed up; to be called before the control database is closed. */
  flush(): Promise<void> {
    return this.#sums.flush();
  }
}
