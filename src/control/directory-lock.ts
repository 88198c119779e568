import Database from 'libsql';

/** Held for as long as the process uses the data directory. The operating system drops it with the process. */
export interface DirectoryLock {
  release(): void;
}

/** Takes the lock of a data directory; undefined while another process holds it. */
export function lockDirectory(path: string): DirectoryLock | undefined {
  const database = new Database(path, { timeout: 0 });
  try {
    database.exec('begin exclusive');
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
