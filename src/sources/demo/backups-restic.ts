import { type BackupFile, type BackupNights, grown, iso, type Night } from './backup-nights.ts';

const MINUTE = 60_000;

const PATHS = [
  { hostname: 'school-srv-01', path: '/srv/shares', bytes: 310_000_000_000, at: 30, minutes: 22 },
  { hostname: 'school-srv-01', path: '/var/lib/timetable', bytes: 4_200_000_000, at: 60, minutes: 2 },
  { hostname: 'school-srv-02', path: '/srv/pupils', bytes: 180_000_000_000, at: 75, minutes: 17 },
] as const;

/** Nightly runs of restic 0.17 after each other, and the list of snapshots that tells host and paths. */
export function resticFiles({ nights, end, random }: BackupNights): BackupFile[] {
  const runs: string[] = [];
  const snapshots: unknown[] = [];
  const jobs = nights.flatMap((night) => PATHS.map((path) => ({ night, path })));
  for (const { night, path } of jobs) {
    const begin = night.time + path.at * MINUTE + random.int(20_000);
    const done = Math.floor(begin + path.minutes * MINUTE * (0.8 + random.next() * 0.4));
    const id = random.hex(64);
    const summary = summaryOf(night, path.bytes, begin, done);
    if (done >= end) continue;
    runs.push(line({ message_type: 'status', percent_done: 0, total_files: 1, total_bytes: 24_928 }));
    if (random.chance(0.03)) {
      runs.push(
        line({
          message_type: 'exit_error',
          code: 11,
          message: 'Fatal: unable to create lock in backend: repository is already locked',
        }),
      );
      continue;
    }
    if (random.chance(0.05)) runs.push(`${path.path}/.snapshots does not exist, skipping\n`);
    runs.push(line({ message_type: 'summary', ...summary, snapshot_id: id }));
    snapshots.push({
      time: `${iso(begin).slice(0, -1)}000000Z`,
      tree: random.hex(64),
      paths: [path.path],
      hostname: path.hostname,
      username: 'root',
      tags: ['nightly'],
      program_version: 'restic 0.17.3',
      summary,
      id,
      short_id: id.slice(0, 8),
    });
  }

  function summaryOf(night: Night, size: number, begin: number, done: number) {
    const bytes = grown(size, night, random);
    return {
      backup_start: iso(begin),
      backup_end: iso(done),
      files_new: random.int(400),
      files_changed: random.int(900),
      data_added: Math.round(bytes * 0.004),
      total_files_processed: Math.round(bytes / 900_000),
      total_bytes_processed: bytes,
      total_duration: (done - begin) / 1000,
    };
  }

  return [
    { name: 'restic-runs.jsonl', format: 'restic', text: runs.join('') },
    {
      name: 'restic-snapshots.json',
      format: 'restic',
      text: snapshots.length === 0 ? '' : `${JSON.stringify(snapshots)}\n`,
    },
  ];
}

const line = (message: unknown) => `${JSON.stringify(message)}\n`;
