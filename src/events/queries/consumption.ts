import type { ConsumptionFilter } from '../../model/consumption.ts';
import { addTexts, backupJobsSql } from './backup-jobs-sql.ts';
import { type Condition, Conditions } from './condition.ts';
import { organizationsSql } from './organizations-condition.ts';

export interface ConsumptionQuestion {
  readonly organizationIds: readonly number[];
  readonly filter: ConsumptionFilter;
}

/** How long a backup is taken to be kept where no record tells it. */
const DAYS_KEPT = 30;

const FIRST_DAY = '1970-01-01';

/**
 * A SELECT of what each organization consumed, a row for each day, entity and unit, in order of day, organization and entity:
 *
 * - `day` Date, `org`, `operation`, `unit`, `amount` Float64, `primary_id`, `primary_type`, `primary_value`, `parent_id`, `parent_type`,
 *   `parent_value`, `vault`, `policy_id`, `policy_name`
 * - operation `backup`, unit `GiB`: the bytes protected of an entity, as its latest completed backup or snapshot up to that
 *   day tells them, until that is no longer kept (30 days where nothing tells how long)
 * - operation `ingest`, units `events` and `GiB`: the organization's events of that day that Belfry holds, and the bytes of
 *   their records; the entity is of type `belfry_events`, its id the organization's number
 */
export function consumptionSql({ organizationIds, filter }: ConsumptionQuestion): Condition {
  const conditions = new Conditions('c');
  const { fromDay, throughDay, ...texts } = filter;
  const days = {
    first: `toDate(${conditions.bind('String', fromDay ?? FIRST_DAY)})`,
    last: `toDate(${conditions.bind('String', throughDay)})`,
  };
  const jobs = backupJobsSql({
    organizationIds,
    filter: { statuses: ['completed'], categories: ['backup', 'snapshot'] },
  });
  const sources = [protectedSql(jobs.sql, days), ingestedSql(organizationsSql(conditions, organizationIds), days)];
  addTexts(conditions, texts);
  const { sql, parameters } = conditions.build();
  return {
    sql: `SELECT * FROM (${sources.join(' UNION ALL ')}) WHERE ${sql} ORDER BY day, org, primary_type, primary_id, operation, unit`,
    parameters: { ...jobs.parameters, ...parameters },
  };
}

interface Days {
  readonly first: string;
  readonly last: string;
}

const GIB = 2 ** 30;

/** A backup counts from the day it ended to the day before the next one, or before the one it is kept until. */
function protectedSql(jobs: string, { first, last }: Days): string {
  const next = `leadInFrame(toNullable(toDate(ended_at))) OVER (PARTITION BY org, primary_type, primary_id ORDER BY ended_at, id
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`;
  const kept = `toDate(coalesce(kept_until, addDays(ended_at, ${DAYS_KEPT})))`;
  const day = `arrayJoin(range(toUInt32(greatest(toDate(ended_at), ${first})), toUInt32(least(until, addDays(${last}, 1)))))`;
  return `SELECT toDate(${day}) AS day, org, 'backup' AS operation, 'GiB' AS unit, total_bytes / ${GIB} AS amount,
    primary_id, primary_type, primary_value, parent_id, parent_type, parent_value, vault, policy_id, policy_name
  FROM (SELECT *, least(ifNull(${next}, ${kept}), ${kept}) AS until FROM (${jobs})
    WHERE total_bytes IS NOT NULL AND primary_id != '')`;
}

function ingestedSql(organizations: string, { first, last }: Days): string {
  return `SELECT day, org, 'ingest' AS operation, u.1 AS unit, u.2 AS amount, toString(org) AS primary_id, 'belfry_events' AS primary_type,
    '' AS primary_value, '' AS parent_id, '' AS parent_type, '' AS parent_value, '' AS vault, '' AS policy_id, '' AS policy_name
  FROM (SELECT org, toDate(time) AS day, count() AS stored, sum(length(raw)) AS bytes FROM events
    WHERE ${organizations} AND time >= ${first} AND time < addDays(${last}, 1) GROUP BY org, day)
  ARRAY JOIN [('events', toFloat64(stored)), ('GiB', bytes / ${GIB})] AS u`;
}
