import type { Option } from './option.ts';
import { directory, eventsAddress, integer, postgresUrl, word } from './values.ts';

/** Where things are kept, and what a query may take. */
export const STORE_OPTIONS = {
  dataDirectory: {
    variable: 'BELFRY_DATA',
    schema: directory,
    fallback: './data',
    sentence: 'Directory that holds everything the server stores, relative to where it is started.',
  },
  eventsUrl: {
    variable: 'BELFRY_EVENTS_URL',
    schema: eventsAddress,
    fallback: null,
    sentence:
      'ClickHouse server that keeps the events, `https://user:password@host:8443/database`; without it, the engine in this process keeps them in the data directory.',
    secret: true,
  },
  eventsCluster: {
    variable: 'BELFRY_EVENTS_CLUSTER',
    schema: word,
    fallback: null,
    sentence:
      'Cluster, as that server names it, over whose shards and replicas events are spread; needs `BELFRY_EVENTS_URL`.',
  },
  controlUrl: {
    variable: 'BELFRY_CONTROL_URL',
    schema: postgresUrl,
    fallback: null,
    sentence:
      'PostgreSQL database of everything but events, `postgres://user:password@host:5432/database`; without it, a file in the data directory. Several processes may share it.',
    secret: true,
  },
  controlConnections: {
    variable: 'BELFRY_CONTROL_CONNECTIONS',
    schema: integer(2, 1000),
    fallback: '10',
    sentence: 'Connections to PostgreSQL that this process opens at most.',
  },
  storeWaitSeconds: {
    variable: 'BELFRY_STORE_WAIT_SECONDS',
    schema: integer(0, 86_400),
    fallback: '30',
    sentence: 'Seconds for which a start waits for ClickHouse and PostgreSQL to answer.',
  },
  queryTimeoutSeconds: {
    variable: 'BELFRY_QUERY_TIMEOUT_SECONDS',
    schema: integer(1, 86_400),
    fallback: '30',
    sentence: 'Seconds after which a query over events is given up.',
  },
  queryMemoryMb: {
    variable: 'BELFRY_QUERY_MEMORY_MB',
    schema: integer(64, 1_048_576),
    fallback: '4096',
    sentence: 'Megabytes (2^20 bytes) of memory that one query over events may use.',
  },
  engineSessions: {
    variable: 'BELFRY_ENGINE_SESSIONS',
    schema: integer(1, 12),
    fallback: '4',
    sentence: 'Queries over events that may run at the same time; the others wait their turn.',
  },
} as const satisfies Record<string, Option>;
