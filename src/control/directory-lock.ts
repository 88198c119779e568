import Database from 'libsql';

/** Held for as long as the process uses the data directory. The operating system drops it with the process. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the lock of a data directory; undefined while another process holds it.
 *
 * @param kind `shared` for who keeps nothing there that is one process's alone: any number of such may hold it at once
 */
export function lockDirectory(path: string, kind: 'exclusive' | 'shared' = 'exclusive'): DirectoryLock | undefined {
  const database = new Database(path, { timeout: 0 });
  try {
    if (kind === 'exclusive') database.exec('begin exclusive');
    // A transaction that has read keeps its read lock until it ends.
    else database.exec('begin; select count(*) from sqlite_master');
  } catch (error) {
    database.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
  return {
    release() {
      database.exec('rollback');
      database.close();
    },
  };
}
