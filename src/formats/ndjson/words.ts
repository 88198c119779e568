import { EVENT_KINDS, type EventKind, type Verdict } from '../../model/event.ts';

/** Words by which records call their kind beside the names of kinds: ECS categories, and what products say. */
const KIND_WORDS: Readonly<Record<string, EventKind>> = {
  proxy: 'web',
  http: 'web',
  intrusion_detection: 'intrusion',
  ids: 'intrusion',
  ips: 'intrusion',
  flow: 'firewall',
  process: 'endpoint',
  file: 'endpoint',
  registry: 'endpoint',
  driver: 'endpoint',
  library: 'endpoint',
  host: 'endpoint',
  authentication: 'audit',
  auth: 'audit',
  iam: 'audit',
  session: 'audit',
  configuration: 'audit',
};

/** `network` is no such word: DNS queries, requests and connections are all of it. */
export const KIND_OF_WORD: ReadonlyMap<string, EventKind> = new Map([
  ...Object.keys(EVENT_KINDS).map((kind): [string, EventKind] => [kind, kind as EventKind]),
  ...Object.entries(KIND_WORDS),
]);

/** Words for each verdict, the gravest first; everything else was allowed. */
export const WORDS_OF_VERDICT: Readonly<Partial<Record<Verdict, readonly string[]>>> = {
  blocked: [
    'block',
    'blocked',
    'blocking',
    'deny',
    'denied',
    'drop',
    'dropped',
    'reject',
    'rejected',
    'refused',
    'forbidden',
    'prevented',
    'quarantined',
    'sinkholed',
  ],
  proxied: ['proxied'],
  detected: ['alert', 'alerted', 'detect', 'detected'],
};

export const SEVERITY_OF_WORD: Readonly<Record<string, number>> = {
  critical: 1,
  high: 1,
  medium: 2,
  low: 3,
  informational: 4,
  info: 4,
};

/** Sigma's names for what ECS says of processes, files and the registry. */
export const ENDPOINT_NAMES: Readonly<Record<string, string>> = {
  'process.executable': 'Image',
  'process.command_line': 'CommandLine',
  'process.working_directory': 'CurrentDirectory',
  'process.pid': 'ProcessId',
  'process.parent.executable': 'ParentImage',
  'process.parent.command_line': 'ParentCommandLine',
  'process.pe.original_file_name': 'OriginalFileName',
  'file.path': 'TargetFilename',
  'registry.path': 'TargetObject',
  'registry.data.strings': 'Details',
  'dll.path': 'ImageLoaded',
  'user.name': 'User',
  'host.name': 'Computer',
};
