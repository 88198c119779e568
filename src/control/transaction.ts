import { type Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** The control plane's handle: the whole database, or a transaction in it. */
export type Db = Kysely<Tables>;

/** A transaction in the control plane. */
export type Trx = Transaction<Tables>;

/**
 * Runs `work` in the transaction that `db` is, or else in a new one. Inside `work` use only the handle it is given: the
 * embedded database has one connection, which the transaction holds until it ends.
 */
export function inTransaction<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db instanceof Transaction ? work(db) : db.transaction().execute(work);
}
