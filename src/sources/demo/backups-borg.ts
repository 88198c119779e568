import { type BackupFile, type BackupNights, grown, iso } from './backup-nights.ts';

const MINUTE = 60_000;
const LOCATION = 'ssh://backup@vault.copperline-works.example/./plant';
const REPOSITORY = '7c1d0f5e93b24a6c8e1f20d3b5a4968877c1d0f5e93b24a6c8e1f20d3b5a4968';

const SERIES = [
  { name: 'cad-files', bytes: 240_000_000_000, at: 20, minutes: 35 },
  { name: 'cnc-programs', bytes: 9_000_000_000, at: 70, minutes: 4 },
] as const;

/** What `borg create --json` printed each night, and the errors of the nights on which it printed nothing. */
export function borgFiles({ nights, end, random }: BackupNights): BackupFile[] {
  const archives: string[] = [];
  const errors: string[] = [];
  for (const night of nights) {
    for (const { name, bytes, at, minutes } of SERIES) {
      const begin = night.time + at * MINUTE + random.int(5_000);
      const done = Math.floor(begin + minutes * MINUTE * (0.8 + random.next() * 0.4));
      const size = grown(bytes, night, random);
      if (done >= end) continue;
      if (random.chance(0.04)) errors.push(`${JSON.stringify(lockTimeout(begin + MINUTE))}\n`);
      else archives.push(`${JSON.stringify(archive(name, begin, done, size), null, 4)}\n`);
    }
  }

  function archive(name: string, begin: number, done: number, size: number) {
    return {
      archive: {
        command_line: ['/usr/bin/borg', 'create', '--json', `::${name}-{now}`, `/srv/${name}`],
        duration: (done - begin) / 1000,
        end: localTime(done),
        id: random.hex(64),
        name: `${name}-${localTime(begin).slice(0, 19)}`,
        start: localTime(begin),
        stats: {
          compressed_size: Math.round(size * 0.7),
          deduplicated_size: Math.round(size * 0.003),
          nfiles: Math.round(size / 2_000_000),
          original_size: size,
        },
      },
      encryption: { mode: 'repokey' },
      repository: { id: REPOSITORY, last_modified: localTime(done), location: LOCATION },
    };
  }

  return [
    { name: 'borg-create.json', format: 'borg', text: archives.join('') },
    { name: 'borg-errors.jsonl', format: 'borg', text: errors.join('') },
  ];
}

/** Borg's: without a zone; the plant's computers keep UTC. */
const localTime = (time: number) => `${iso(time).slice(0, -1)}000`;

const lockTimeout = (time: number) => ({
  type: 'log_message',
  time: time / 1000,
  message: `Failed to create/acquire the lock ${LOCATION}/lock.exclusive (timeout).`,
  levelname: 'ERROR',
  name: 'borg.archiver',
  msgid: 'LockTimeout',
});
