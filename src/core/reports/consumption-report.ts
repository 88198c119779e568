import type { EventStore } from '../../events/client.ts';
import { type Condition, Conditions } from '../../events/queries/condition.ts';
import { consumptionSql } from '../../events/queries/consumption.ts';
import { type FileColumn, type FileTarget, type WrittenFile, writeFile } from '../../events/write-file.ts';
import { sqlList } from '../../kit/sql-literals.ts';
import type { ConsumptionReportQuestion } from '../../model/report.ts';
import { UNIT_ID, UNIT_NAME, type UnitNames, unitParameters } from './unit-columns.ts';

/** Types of entities that go by a product's name in metering (section 2.3 of the specification); others keep theirs. */
const PRODUCTS: Readonly<Record<string, string>> = {
  aws_ebs_volume: 'EBS',
  aws_ec2_instance: 'EC2',
  aws_rds_instance: 'RDS',
  aws_rds_cluster: 'RDS',
  aws_s3_bucket: 'S3',
  aws_dynamodb_table: 'DynamoDB',
  protection_group: 'LocalProtectionGroup',
  belfry_events: 'BelfryEvents',
};

const PRODUCT = `transform(primary_type, ${sqlList(Object.keys(PRODUCTS))}, ${sqlList(Object.values(PRODUCTS))}, primary_type)`;

/** Nothing that jobs tell of says which tier a copy is in. */
const TIER = `''`;

const DAYS_OF_MONTH = '(365 / 12)';

/** Columns and order of section 2.3; append only. Belfry knows no credits: there are none to be paid. */
const COLUMNS: readonly FileColumn[] = [
  { name: 'date', sql: 'day', kind: 'text' },
  { name: 'year_month', sql: `formatDateTime(day, '%Y-%m')`, kind: 'text' },
  { name: 'org_name', sql: '{org_name:String}', kind: 'text' },
  { name: 'org_unit_id', sql: UNIT_ID, kind: 'text' },
  { name: 'org_unit_name', sql: UNIT_NAME, kind: 'text' },
  { name: 'entity_type', sql: 'product', kind: 'text' },
  { name: 'backup_tier', sql: 'tier', kind: 'text' },
  { name: 'operation', sql: 'operation', kind: 'text' },
  { name: 'unit_metered', sql: 'unit', kind: 'text' },
  { name: 'primary_entity_type', sql: 'primary_type', kind: 'text' },
  { name: 'primary_entity_id', sql: 'primary_id', kind: 'text' },
  { name: 'primary_entity_value', sql: 'primary_value', kind: 'text' },
  { name: 'parent_entity_type', sql: 'parent_type', kind: 'text' },
  { name: 'parent_entity_id', sql: 'parent_id', kind: 'text' },
  { name: 'parent_entity_value', sql: 'parent_value', kind: 'text' },
  { name: 'policy_id', sql: 'policy_id', kind: 'text' },
  { name: 'policy_name', sql: 'policy_name', kind: 'text' },
  { name: 'daily_usage_amount', sql: 'amount', kind: 'number' },
  { name: 'daily_credit_rate', sql: '0', kind: 'number' },
  { name: 'monthly_usage_amount', sql: `amount / ${DAYS_OF_MONTH}`, kind: 'number' },
  { name: 'monthly_credit_rate', sql: '0', kind: 'number' },
  { name: 'credits_consumed', sql: '0', kind: 'number' },
];

export const CONSUMPTION_COLUMNS = COLUMNS.map(({ name }) => name);

const ORDER = `day, ${UNIT_ID}, product, primary_id, primary_type, operation, unit`;

export interface ConsumptionReport {
  readonly question: ConsumptionReportQuestion;
  readonly units: UnitNames;
  /** Of the organization that whoever asked belongs to. */
  readonly organizationName: string;
}

/** One row for each day, entity and unit. */
export function writeConsumption(
  store: EventStore,
  { question, units, organizationName }: ConsumptionReport,
  target: FileTarget,
): Promise<WrittenFile> {
  const { sql, parameters } = sourceOf(question);
  const named = { ...parameters, ...unitParameters(units), org_name: organizationName };
  return writeFile(store, { columns: COLUMNS, source: { sql, parameters: named }, order: ORDER }, target);
}

function sourceOf({ organizationIds, filter: { products, tiers, ...filter } }: ConsumptionReportQuestion): Condition {
  const rows = consumptionSql({ organizationIds, filter });
  const conditions = new Conditions('report');
  if (products !== undefined) {
    const wanted = products.map((product) => product.toLowerCase());
    conditions.add(`lower(product) IN ${conditions.bind('Array(String)', wanted)}`);
  }
  if (tiers !== undefined) conditions.add(`tier IN ${conditions.bind('Array(String)', tiers)}`);
  const { sql, parameters } = conditions.build();
  return {
    sql: `SELECT * FROM (SELECT *, ${PRODUCT} AS product, ${TIER} AS tier FROM (${rows.sql})) WHERE ${sql}`,
    parameters: { ...rows.parameters, ...parameters },
  };
}
