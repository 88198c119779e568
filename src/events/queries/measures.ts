/** Sums over rows of `trafficSource`, under the names of RequestCounts. */
export const REQUEST_COUNTS_SQL = `sum(hits) AS requests, sumIf(hits, verdict = 'allowed') AS allowed,
  sumIf(hits, verdict = 'blocked') AS blocked`;

/** Organizations that have any of them. */
export const ORGANIZATIONS_SQL = 'uniqExact(org) AS organizations';

/** Bytes both ways of web requests; NULL where there were none. */
export const BANDWIDTH_SQL = 'sumOrNullIf(bytes_in + bytes_out, web) AS bandwidth';
