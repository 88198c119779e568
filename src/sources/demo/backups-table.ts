import { csvRow } from '../../kit/csv-row.ts';
import { type BackupFile, type BackupNights, grown, iso } from './backup-nights.ts';

const MINUTE = 60_000;

const HEADER = [
  'task',
  'status',
  'primary_entity_type',
  'primary_entity_value',
  'parent_entity_type',
  'parent_entity_value',
].concat(['start_timestamp', 'end_timestamp', 'bytes', 'message']);

/** The provider's own server, whose tool writes a table. */
export function tableFiles({ nights, end, random }: BackupNights): BackupFile[] {
  const rows = nights.flatMap((night) => {
    const begin = night.time + 22 * 60 * MINUTE;
    const done = begin + (9 + random.int(6)) * MINUTE;
    const bytes = grown(52_000_000_000, night, random);
    const [status, message] = random.chance(0.05) ? ['failed', 'no space left on the target'] : ['success', ''];
    if (done >= end) return [];
    const entities = ['host_path', 'lark-monitor-01:/var/lib', 'backup_server', 'lark-vault'];
    return [
      csvRow([
        'file_server_backup',
        status,
        ...entities,
        iso(begin),
        iso(done),
        String(status === 'failed' ? 0 : bytes),
        message,
      ]),
    ];
  });
  return [
    { name: 'backups.csv', format: 'backup-csv', text: rows.length === 0 ? '' : [csvRow(HEADER), ...rows].join('') },
  ];
}
