import { DAY_MS } from '../../kit/durations.ts';
import { type BackupFile, type BackupNights, grown, iso } from './backup-nights.ts';

const MINUTE = 60_000;
const NAMESPACE = 'velero';
const VOLUME_BYTES = 14_000_000_000;
const DAYS_KEPT = 30;

/** The plant's cluster as kubectl lists it at the end: a backup a night and the volume in it. */
export function veleroFiles({ nights, end, random }: BackupNights): BackupFile[] {
  const items = nights.flatMap((night) => {
    const begin = night.time + 3 * 60 * MINUTE;
    const done = begin + (4 + random.int(6)) * MINUTE;
    const stamp = iso(begin).replaceAll(/[-:T]/g, '').slice(0, 14);
    const name = `plant-nightly-${stamp}`;
    const isBroken = random.chance(0.04);
    const bytes = grown(VOLUME_BYTES, night, random);
    const suffix = random.hex(5);
    if (begin >= end) return [];
    const ended = done < end ? { completionTimestamp: second(done) } : {};
    const phase = done >= end ? 'InProgress' : isBroken ? 'PartiallyFailed' : 'Completed';
    return [
      {
        apiVersion: 'velero.io/v1',
        kind: 'Backup',
        metadata: {
          creationTimestamp: second(begin),
          labels: { 'velero.io/schedule-name': 'plant-nightly' },
          name,
          namespace: NAMESPACE,
        },
        spec: { includedNamespaces: ['scada'], storageLocation: 'plant-store', ttl: `${DAYS_KEPT * 24}h0m0s` },
        status: {
          ...ended,
          ...(phase === 'PartiallyFailed'
            ? { errors: 1, failureReason: 'the volume of pod historian-0 was not mounted' }
            : {}),
          expiration: second(begin + DAYS_KEPT * DAY_MS),
          phase,
          progress: { itemsBackedUp: phase === 'InProgress' ? 60 : 148, totalItems: 148 },
          startTimestamp: second(begin + 1000),
        },
      },
      {
        apiVersion: 'velero.io/v1',
        kind: 'PodVolumeBackup',
        metadata: {
          creationTimestamp: second(begin + MINUTE),
          labels: { 'velero.io/backup-name': name },
          name: `${name}-${suffix}`,
          namespace: NAMESPACE,
        },
        spec: { volume: 'historian', backupStorageLocation: 'plant-store' },
        status: { phase, progress: { bytesDone: bytes, totalBytes: bytes } },
      },
    ];
  });
  const list = { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
  return [
    { name: 'velero.json', format: 'velero', text: items.length === 0 ? '' : `${JSON.stringify(list, null, 4)}\n` },
  ];
}

const second = (time: number) => `${iso(time).slice(0, 19)}Z`;
