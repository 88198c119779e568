import { awsBackup } from './aws-backup/index.ts';
import { backupCsv } from './backup-csv/index.ts';
import { borg } from './borg/index.ts';
import type { Format } from './format.ts';
import { ndjson } from './ndjson/index.ts';
import { restic } from './restic/index.ts';
import { suricataEve } from './suricata-eve/index.ts';
import { umbrellaCsv } from './umbrella-csv/index.ts';
import { umbrellaJson } from './umbrella-json/index.ts';
import { velero } from './velero/index.ts';
import { windowsEvents } from './windows-events/index.ts';
import { zeek } from './zeek/index.ts';

/** Every format Belfry reads. One line each; the contract suite runs over this list. */
export const FORMATS: readonly Format[] = [
  awsBackup,
  backupCsv,
  borg,
  ndjson,
  restic,
  suricataEve,
  umbrellaCsv,
  umbrellaJson,
  velero,
  windowsEvents,
  zeek,
];
