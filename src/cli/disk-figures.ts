import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure } from '../http/operations.ts';

/** The disk of a data directory, and what of it waits there for the event store. */
export async function diskFigures(dataDirectory: string): Promise<Figure[]> {
  const disk = await statfs(dataDirectory);
  return [
    {
      name: 'belfry_data_disk_free_bytes',
      help: 'Space that this process may still use on the disk of its data directory',
      value: disk.bavail * disk.bsize,
    },
    {
      name: 'belfry_data_disk_size_bytes',
      help: 'Size of the disk of the data directory',
      value: disk.blocks * disk.bsize,
    },
    {
      name: 'belfry_spool_bytes',
      help: 'Size of the files of batches that are not in the event store, those set aside included',
      value: await sizeOf(join(dataDirectory, 'spool')),
    },
  ];
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map((file) => bytesOf(join(file.parentPath, file.name))));
  return sizes.reduce((total, size) => total + size, 0);
}

/** A file of the spool may be gone between two looks: its batch was loaded. */
async function bytesOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
