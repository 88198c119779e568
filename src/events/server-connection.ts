import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
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
 */
export function connect(url: string, cluster: string | null, sessions: number): Connection {
  const { origin, host, username, password, pathname } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  const client = createClient({
    url: origin,
    username: decodeURIComponent(username) || 'default',
    password: decodeURIComponent(password),
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
