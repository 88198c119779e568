import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { AppError } from '../model/errors.ts';
import { CLUSTER_SETTINGS } from './cluster-settings.ts';

export interface Connection {
  readonly client: ClickHouseClient;
  readonly cluster: string | null;
  /** Name and port, for sentences. */
  readonly host: string;
}

/** Statements are ended beside those that run. */
const SPARE_CONNECTIONS = 2;

/** Nothing that a server is asked for takes longer. */
const LONGEST_STATEMENT_MS = 2 * 3_600_000;

/**
 * A client of the server; it connects when something is asked.
 *
 * @param url `https://user:password@host:8443/database`; user and database are both `default` where it names none
 * @throws AppError `unavailable` when user or password cannot be read from it
 */
export function connect(url: string, cluster: string | null, sessions: number): Connection {
  const { origin, host, username, password, pathname } = new URL(url);
  const database = pathname.replaceAll('/', '');
  const client = createClient({
    url: origin,
    username: decoded(username) || 'default',
    password: decoded(password),
    // The client would leave out the name `default`, and the user may have another one of its own.
    http_headers: { 'X-ClickHouse-Database': database || 'default' },
    clickhouse_settings: cluster === null ? {} : CLUSTER_SETTINGS,
    max_open_connections: sessions + SPARE_CONNECTIONS,
    request_timeout: LONGEST_STATEMENT_MS,
    // Errors are thrown. The client would tell them a second time, and statements with them.
    log: { level: ClickHouseLogLevel.OFF },
  });
  return { client, cluster, host };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // The error would hold what must not be told.
    const sentence = 'user or password in the address of the ClickHouse server hold a % that is not written as %25';
    throw new AppError('unavailable', { public: sentence });
  }
}
