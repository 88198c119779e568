import { awsBackup } from './aws-backup/index.ts';
import type { Format } from './format.ts';
import { ndjson } from './ndjson/index.ts';
import { suricataEve } from './suricata-eve/index.ts';
import { umbrellaCsv } from './umbrella-csv/index.ts';
import { umbrellaJson } from './umbrella-json/index.ts';
import { windowsEvents } from './windows-events/index.ts';
import { zeek } from './zeek/index.ts';

/** Every format Belfry reads. One line each; the contract suite runs over this list. */
export const FORMATS: readonly Format[] = [
  awsBackup,
  ndjson,
  suricataEve,
  umbrellaCsv,
  umbrellaJson,
  windowsEvents,
  zeek,
];
