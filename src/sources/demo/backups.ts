import { join } from 'node:path';
import { DAY_MS } from '../../kit/durations.ts';
import { seededRandom } from '../../kit/random.ts';
import type { BackupFile, BackupFormat, BackupNights, Night } from './backup-nights.ts';
import { awsBackupFiles } from './backups-aws.ts';
import { borgFiles } from './backups-borg.ts';
import { resticFiles } from './backups-restic.ts';
import { tableFiles } from './backups-table.ts';
import { veleroFiles } from './backups-velero.ts';
import { openLineFile } from './log-files.ts';
import { midnightBefore, type Period } from './schedule.ts';

/** What each organization protects its things with. */
const PRODUCTS: Readonly<Record<string, readonly ((nights: BackupNights) => BackupFile[])[]>> = {
  'larkspur-it': [tableFiles],
  'harborside-clinic': [awsBackupFiles],
  'elmfield-school': [resticFiles],
  'copperline-works': [borgFiles, veleroFiles],
};

/** Writes an organization's backup logs and returns their paths. */
export async function writeBackups(
  slug: string,
  { folder, seed, period }: { readonly folder: string; readonly seed: string; readonly period: Period },
): Promise<{ path: string; format: BackupFormat }[]> {
  const nights = nightsOf(period);
  const files = (PRODUCTS[slug] ?? []).flatMap((product, index) =>
    product({ nights, end: period.end, random: seededRandom(`${seed}/backups/${index}`) }),
  );
  const written: { path: string; format: BackupFormat }[] = [];
  for (const { name, format, text } of files) {
    if (text === '') continue;
    const path = join(folder, 'backups', name);
    const file = await openLineFile(path);
    file.append(text);
    await file.close();
    written.push({ path, format });
  }
  return written;
}

function nightsOf({ start, end }: Period): Night[] {
  const nights: Night[] = [];
  for (let back = Math.ceil((end - start) / DAY_MS); back >= 0; back -= 1) {
    const time = midnightBefore(end, back);
    if (time >= start && time < end) nights.push({ time, back });
  }
  return nights;
}
