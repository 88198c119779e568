-- What backup tools do: every record of a backup, copy or restore. It stays outside the rollups, which hold traffic.
ALTER TABLE events MODIFY COLUMN kind Enum8('dns' = 1, 'web' = 2, 'firewall' = 3, 'intrusion' = 4, 'ip' = 5, 'audit' = 6,
    'dns_answer' = 7, 'tls' = 8, 'file' = 9, 'anomaly' = 10, 'dlp' = 11, 'vpn' = 12, 'ztna' = 13, 'endpoint' = 14, 'backup' = 15,
    'other' = 100);

-- Backup jobs, merged from whatever their records told: each record is a row here, and rows of one job become one. Every
-- column merges the same way in any order and however often, so that states may come late, twice, or not at all. Records that
-- do not know when their job was created merge under the time 0 first; queries bring both rows of such a job together
-- (docs/decisions/0013-backup-jobs.md).
CREATE TABLE backup_jobs (
    org UInt32,
    -- When the job was created, to the second; 0 where the record does not tell.
    placed DateTime('UTC') CODEC(Delta, ZSTD(1)),
    -- Hash of organization, tool and the tool's own id of the job.
    id UInt64 CODEC(ZSTD(1)),
    -- The format that told of it, and the tool's own id; the same in all rows of a job.
    source SimpleAggregateFunction(max, LowCardinality(String)),
    job SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
    -- The state that counts: the highest rank (queued 1, in progress 2, aborting 3, ended 4; 0 tells no state), then the
    -- latest. A record may not tell how far it got or when it ended. `seq` and `row` are those of its event.
    state SimpleAggregateFunction(max, Tuple(rank UInt8, at DateTime64(6, 'UTC'), status String,
        ended Nullable(DateTime64(6, 'UTC')), progress Nullable(UInt8), message String, seq UInt64, row UInt32)) CODEC(ZSTD(1)),
    -- Time of the earliest record.
    seen SimpleAggregateFunction(min, DateTime64(6, 'UTC')) CODEC(Delta, ZSTD(1)),
    created SimpleAggregateFunction(min, Nullable(DateTime64(6, 'UTC'))) CODEC(Delta, ZSTD(1)),
    started SimpleAggregateFunction(min, Nullable(DateTime64(6, 'UTC'))) CODEC(Delta, ZSTD(1)),
    -- Microseconds it took, where a record tells that instead of an end.
    took SimpleAggregateFunction(max, Nullable(UInt64)),
    category SimpleAggregateFunction(max, LowCardinality(String)),
    type SimpleAggregateFunction(max, LowCardinality(String)),
    -- What is protected, and where it lives.
    primary_entity SimpleAggregateFunction(max, Tuple(id String, type String, value String)) CODEC(ZSTD(1)),
    parent_entity SimpleAggregateFunction(max, Tuple(id String, type String, value String)) CODEC(ZSTD(1)),
    -- Bytes protected, and bytes that moved for it.
    bytes SimpleAggregateFunction(max, Nullable(UInt64)),
    transferred SimpleAggregateFunction(max, Nullable(UInt64)),
    -- Bytes of its parts by part, where the job's own records tell none.
    parts SimpleAggregateFunction(maxMap, Map(String, UInt64)) CODEC(ZSTD(1)),
    vault SimpleAggregateFunction(max, LowCardinality(String)),
    policy_id SimpleAggregateFunction(max, LowCardinality(String)),
    policy_name SimpleAggregateFunction(max, LowCardinality(String)),
    kept_until SimpleAggregateFunction(max, Nullable(DateTime64(6, 'UTC'))) CODEC(ZSTD(1)),
    INDEX ids id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = AggregatingMergeTree
ORDER BY (org, placed, id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
