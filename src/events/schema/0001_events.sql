-- One row for each event of every organization, in the total order (time, seq, row) that all paging follows.
-- An empty string is an absent text; numbers for which zero is a value are Nullable. Rarely filled fields go into `extra`.
CREATE TABLE events (
    org UInt32,
    time DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    seq UInt64 CODEC(Delta, ZSTD(1)),
    row UInt32 CODEC(Delta, ZSTD(1)),
    kind Enum8('dns' = 1, 'web' = 2, 'firewall' = 3, 'intrusion' = 4, 'ip' = 5, 'audit' = 6, 'dns_answer' = 7, 'tls' = 8,
        'file' = 9, 'anomaly' = 10, 'dlp' = 11, 'vpn' = 12, 'ztna' = 13, 'other' = 100),
    format LowCardinality(String),
    record_type LowCardinality(String),
    verdict Enum8('allowed' = 1, 'blocked' = 2, 'proxied' = 3, 'detected' = 4, 'would_block' = 5),
    src_ip String CODEC(ZSTD(1)),
    src_port Nullable(UInt16),
    nat_ip String CODEC(ZSTD(1)),
    dst_ip String CODEC(ZSTD(1)),
    dst_port Nullable(UInt16),
    proto Nullable(UInt8),
    domain String CODEC(ZSTD(1)),
    query_type LowCardinality(String),
    return_code Nullable(UInt16),
    url String CODEC(ZSTD(1)),
    method LowCardinality(String),
    status Nullable(UInt16),
    bytes_in Nullable(UInt64),
    bytes_out Nullable(UInt64),
    packet_size Nullable(UInt64),
    user_agent String CODEC(ZSTD(1)),
    referer String CODEC(ZSTD(1)),
    content_type LowCardinality(String),
    file_name String CODEC(ZSTD(1)),
    sha256 String CODEC(ZSTD(1)),
    identity_ids Array(UInt64) CODEC(ZSTD(1)),
    identity_types Array(LowCardinality(String)),
    categories Array(UInt32) CODEC(ZSTD(1)),
    policy_categories Array(UInt32) CODEC(ZSTD(1)),
    application_ids Array(UInt64) CODEC(ZSTD(1)),
    threats Array(LowCardinality(String)),
    threat_types Array(LowCardinality(String)),
    event_types Array(LowCardinality(String)),
    rule_id UInt64,
    rule_set_id UInt64,
    signature_generator_id UInt32,
    signature_id UInt64,
    signature_list_id UInt64,
    signature LowCardinality(String),
    classification LowCardinality(String),
    severity UInt8,
    cves Array(LowCardinality(String)),
    session_id UInt64 CODEC(ZSTD(1)),
    amp_disposition LowCardinality(String),
    amp_score UInt8,
    antivirus_threats Array(LowCardinality(String)),
    isolated_state LowCardinality(String),
    isolated_file_action LowCardinality(String),
    data_loss_state LowCardinality(String),
    http_errors Array(LowCardinality(String)),
    security_overridden Bool,
    tenant_controls Bool,
    bundle_id UInt64,
    destination_list_ids Array(UInt64),
    direction LowCardinality(String),
    extra Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    raw String CODEC(ZSTD(3)),
    -- What traffic was to: a name where the log has one, an address where it can only have that.
    destination String ALIAS if(kind IN ('firewall', 'intrusion', 'ip'), dst_ip, domain),
    -- Everything an event counts under, as (facet, key); the numbers are those of events/facets.ts. Rollups and the
    -- queries that read events instead of rollups both use this one expression, so that they cannot disagree.
    facets Array(Tuple(UInt8, UInt64)) ALIAS arrayFilter(f -> f.2 != 0 OR f.1 IN (1, 5, 6), arrayConcat(
        [(1::UInt8, 0::UInt64),
         (2::UInt8, if(destination = '', 0::UInt64, cityHash64(destination))),
         (7::UInt8, toUInt64(notEmpty(policy_categories))),
         (9::UInt8, if(query_type = '', 0::UInt64, cityHash64(query_type))),
         (10::UInt8, if(nat_ip = '', 0::UInt64, cityHash64(nat_ip))),
         (11::UInt8, if(src_ip = '', 0::UInt64, cityHash64(src_ip))),
         (15::UInt8, if(sha256 = '' AND file_name = '', 0::UInt64, cityHash64(if(sha256 = '', file_name, sha256)))),
         (16::UInt8, if(content_type = '', 0::UInt64, cityHash64(content_type)))],
        arrayMap(x -> (3::UInt8, x), arrayDistinct(identity_ids)),
        arrayMap(x -> (4::UInt8, cityHash64(x)), arrayDistinct(identity_types)),
        arrayMap(x -> (5::UInt8, toUInt64(x)), categories),
        arrayMap(x -> (6::UInt8, toUInt64(x)), policy_categories),
        arrayMap(x -> (8::UInt8, x), arrayDistinct(application_ids)),
        arrayMap((t, y) -> (12::UInt8, cityHash64(t, y)), threats, threat_types),
        arrayMap(x -> (13::UInt8, cityHash64(x)), arrayDistinct(threat_types)),
        arrayMap(x -> (14::UInt8, cityHash64(x)), event_types))),
    INDEX batch seq TYPE minmax GRANULARITY 1,
    INDEX domains domain TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX identities identity_ids TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (org, time, seq, row)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Requests and bytes by hour for every (facet, key): the one rollup behind counts, top lists, distributions and summaries.
CREATE TABLE facets_hourly (
    org UInt32,
    facet UInt8,
    kind Enum8('dns' = 1, 'web' = 2, 'firewall' = 3, 'intrusion' = 4, 'ip' = 5),
    hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
    key UInt64 CODEC(ZSTD(1)),
    verdict Enum8('allowed' = 1, 'blocked' = 2, 'proxied' = 3, 'detected' = 4, 'would_block' = 5),
    requests UInt64 CODEC(T64, ZSTD(1)),
    bytes_in UInt64 CODEC(T64, ZSTD(1)),
    bytes_out UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree((requests, bytes_in, bytes_out))
PARTITION BY toYYYYMM(hour)
ORDER BY (org, facet, kind, hour, key, verdict)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW facets_hourly_view TO facets_hourly AS
SELECT org, f.1 AS facet, kind, toStartOfHour(toDateTime(time, 'UTC')) AS hour, f.2 AS key, verdict,
    count() AS requests, sum(ifNull(bytes_in, 0)) AS bytes_in, sum(ifNull(bytes_out, 0)) AS bytes_out
FROM events ARRAY JOIN facets AS f
WHERE kind <= 'ip'
GROUP BY org, facet, kind, hour, key, verdict;

-- The hourly rollup by day: long ranges read it for their whole days, a third of the rows. It hangs off the hourly one, which
-- has expanded events into facets already. `day` is the start of the day in UTC.
CREATE TABLE facets_daily (
    org UInt32,
    facet UInt8,
    kind Enum8('dns' = 1, 'web' = 2, 'firewall' = 3, 'intrusion' = 4, 'ip' = 5),
    day DateTime('UTC') CODEC(Delta, ZSTD(1)),
    key UInt64 CODEC(ZSTD(1)),
    verdict Enum8('allowed' = 1, 'blocked' = 2, 'proxied' = 3, 'detected' = 4, 'would_block' = 5),
    requests UInt64 CODEC(T64, ZSTD(1)),
    bytes_in UInt64 CODEC(T64, ZSTD(1)),
    bytes_out UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree((requests, bytes_in, bytes_out))
PARTITION BY toYYYYMM(day)
ORDER BY (org, facet, kind, day, key, verdict)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW facets_daily_view TO facets_daily AS
SELECT org, facet, kind, toStartOfDay(hour) AS day, key, verdict,
    sum(requests) AS requests, sum(bytes_in) AS bytes_in, sum(bytes_out) AS bytes_out
FROM facets_hourly
GROUP BY org, facet, kind, day, key, verdict;

-- What a facet key stands for. Rows of one key merge; the same key always carries the same label and type.
CREATE TABLE labels (
    org UInt32,
    facet UInt8,
    key UInt64,
    label SimpleAggregateFunction(anyLast, String),
    type SimpleAggregateFunction(anyLast, String),
    -- Destinations only: every category and policy category they were ever logged with.
    categories SimpleAggregateFunction(groupUniqArrayArray, Array(UInt32)),
    policy_categories SimpleAggregateFunction(groupUniqArrayArray, Array(UInt32))
)
ENGINE = AggregatingMergeTree
ORDER BY (org, facet, key)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Records that no format could read, with the reason and the original bytes. `line` counts from 1 within the source.
CREATE TABLE rejects (
    org UInt32,
    seq UInt64,
    row UInt32,
    line UInt64,
    reason LowCardinality(String),
    raw String CODEC(ZSTD(3)),
    at DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
ORDER BY (org, seq, row)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- What became of the records of each batch, counted as they passed.
CREATE TABLE batch_counts (
    org UInt32,
    seq UInt64,
    stored UInt64,
    rejected UInt64,
    ignored UInt64
)
ENGINE = SummingMergeTree((stored, rejected, ignored))
ORDER BY (org, seq)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
