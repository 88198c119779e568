import type { z } from 'zod';
import type { Option } from './option.ts';
import { STORE_OPTIONS } from './store-options.ts';
import {
  baseUrl,
  domain,
  domains,
  flag,
  host,
  integer,
  networks,
  oneOf,
  ROLES,
  readableFile,
  roles,
  secret,
} from './values.ts';

/** Every setting there is. The configuration, its faults, `belfry config` and `docs/configuration.md` come from here. */
export const OPTIONS = {
  host: {
    variable: 'BELFRY_HOST',
    schema: host,
    fallback: '127.0.0.1',
    sentence: 'Address to listen on; `0.0.0.0` or `::` listens on all of them.',
  },
  port: {
    variable: 'BELFRY_PORT',
    schema: integer(0, 65_535),
    fallback: '8787',
    sentence: 'Port to listen on; 0 takes any free one.',
  },
  publicUrl: {
    variable: 'BELFRY_PUBLIC_URL',
    schema: baseUrl,
    fallback: null,
    sentence:
      'Address under which clients reach the server, for links in answers; without it, the address they asked for.',
  },
  trustedProxies: {
    variable: 'BELFRY_TRUSTED_PROXIES',
    schema: networks,
    fallback: '',
    sentence: 'Reverse proxies whose `X-Forwarded-…` headers are believed.',
  },
  ...STORE_OPTIONS,
  tlsCert: {
    variable: 'BELFRY_TLS_CERT',
    schema: readableFile,
    fallback: null,
    sentence: 'Certificate chain in PEM, to answer over HTTPS; needs `BELFRY_TLS_KEY`.',
  },
  tlsKey: {
    variable: 'BELFRY_TLS_KEY',
    schema: readableFile,
    fallback: null,
    sentence: 'Private key in PEM that belongs to `BELFRY_TLS_CERT`.',
  },
  tokenKey: {
    variable: 'BELFRY_TOKEN_KEY',
    schema: secret,
    fallback: null,
    sentence: 'Key that signs access tokens; without it one is made at the first start and kept in the data directory.',
    secret: true,
  },
  tokenLifetimeSeconds: {
    variable: 'BELFRY_TOKEN_LIFETIME_SECONDS',
    schema: integer(1, 31_536_000),
    fallback: '3600',
    sentence: 'Seconds for which an access token is good.',
  },
  reportLifetimeHours: {
    variable: 'BELFRY_REPORT_LIFETIME_HOURS',
    schema: integer(1, 87_600),
    fallback: '48',
    sentence: 'Hours for which the file of a report is kept after it was written.',
  },
  umbrellaRatePerSecond: {
    variable: 'BELFRY_UMBRELLA_RATE_PER_SECOND',
    schema: integer(0, 1_000_000),
    fallback: '5',
    sentence: 'Umbrella requests one organization may make in a second; 0 sets no limit.',
  },
  usmDomain: {
    variable: 'BELFRY_USM_DOMAIN',
    schema: domain,
    fallback: null,
    sentence:
      'Domain in which organizations have a host each for USM clients, `<slug>.<domain>`; without it, the first label of any host that is the slug of an organization within the client’s reach names it.',
  },
  usmGetsPerSecond: {
    variable: 'BELFRY_USM_GETS_PER_SECOND',
    schema: integer(0, 1_000_000),
    fallback: '100',
    sentence: 'USM requests one client may make in a second to read an organization; 0 sets no limit.',
  },
  usmWritesPerSecond: {
    variable: 'BELFRY_USM_WRITES_PER_SECOND',
    schema: integer(0, 1_000_000),
    fallback: '50',
    sentence:
      'USM requests one client may make in a second to change an organization or to get tokens; 0 sets no limit.',
  },
  clumioRatePerSecond: {
    variable: 'BELFRY_CLUMIO_RATE_PER_SECOND',
    schema: integer(0, 1_000_000),
    fallback: '100',
    sentence: 'Clumio requests one organization may make in a second; 0 sets no limit.',
  },
  peerIntervalSeconds: {
    variable: 'BELFRY_PEER_INTERVAL_SECONDS',
    schema: integer(1, 86_400),
    fallback: '15',
    sentence: 'Seconds after which a server that was joined is asked for alarms again.',
  },
  peerRequestsPerSecond: {
    variable: 'BELFRY_PEER_REQUESTS_PER_SECOND',
    schema: integer(1, 100),
    fallback: '20',
    sentence: 'Requests that a server that was joined gets in a second, at most.',
  },
  tokenRatePerMinute: {
    variable: 'BELFRY_TOKEN_RATE_PER_MINUTE',
    schema: integer(0, 1_000_000),
    fallback: '0',
    sentence: 'Access tokens one client may ask for in a minute; 0 sets no limit.',
  },
  failuresPerAccount: {
    variable: 'BELFRY_FAILURES_PER_ACCOUNT',
    schema: integer(0, 1_000_000),
    fallback: '10',
    sentence:
      'Wrong passwords or secrets that one address may try on one account in 15 minutes before it is slowed down; 0 sets no limit.',
  },
  failuresPerAddress: {
    variable: 'BELFRY_FAILURES_PER_ADDRESS',
    schema: integer(0, 1_000_000),
    fallback: '50',
    sentence:
      'Wrong passwords or secrets that one address may try in 15 minutes, whatever the account, before it is slowed down; 0 sets no limit.',
  },
  offsetCeiling: {
    variable: 'BELFRY_OFFSET_CEILING',
    schema: integer(0, 1_000_000_000),
    fallback: '0',
    sentence: 'Largest `offset` a list accepts (the vendor’s is 10000); 0 sets no limit.',
  },
  retentionDays: {
    variable: 'BELFRY_RETENTION_DAYS',
    schema: integer(0, 36_500),
    fallback: '0',
    sentence: 'Days for which events and alarms are kept; 0 keeps them for ever.',
  },
  roles: {
    variable: 'BELFRY_ROLES',
    schema: roles,
    fallback: ROLES.join(','),
    sentence:
      'What this process does: answer the reporting APIs (`api`), take in logs (`ingest`), detect, write reports and clean up (`jobs`).',
  },
  drainSeconds: {
    variable: 'BELFRY_DRAIN_SECONDS',
    schema: integer(0, 600),
    fallback: '0',
    sentence:
      'Seconds for which a process that was told to stop says so at `/readyz` and still answers, so that a proxy sends it nothing new.',
  },
  requestTimeoutSeconds: {
    variable: 'BELFRY_REQUEST_TIMEOUT_SECONDS',
    schema: integer(1, 86_400),
    fallback: '60',
    sentence: 'Seconds within which the header of a request, and then a body that is no upload, must have arrived.',
  },
  uploadBytesPerSecond: {
    variable: 'BELFRY_UPLOAD_BYTES_PER_SECOND',
    schema: integer(0, 1_000_000_000),
    fallback: '100',
    sentence:
      'Least rate of an upload, over 30 seconds in which the server waits for its bytes; a slower one ends with 408. 0 sets none.',
  },
  demo: {
    variable: 'BELFRY_DEMO',
    schema: flag,
    fallback: '1',
    sentence: 'Whether a start on an empty data directory, with both stores in it, loads the demo set.',
  },
  logLevel: {
    variable: 'BELFRY_LOG_LEVEL',
    schema: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    fallback: 'info',
    sentence: 'Least severity that is logged.',
  },
  noisyDomains: {
    variable: 'BELFRY_NOISY_DOMAINS',
    schema: domains,
    fallback: '',
    sentence: 'Domains that Umbrella’s `filternoisydomains=true` leaves out.',
  },
} as const satisfies Record<string, Option>;

type Options = typeof OPTIONS;

/** The whole configuration by option name. An option without a default is null while it is unset. */
export type Config = {
  readonly [Name in keyof Options]:
    | z.output<Options[Name]['schema']>
    | (Options[Name]['fallback'] extends null ? null : never);
};

/** The table in its order, as `[name, option]`. */
export const OPTION_LIST = Object.entries(OPTIONS) as readonly [keyof Config, Option][];
