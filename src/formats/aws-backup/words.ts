/** Types of protected things by AWS Backup's `resourceType` in lower case without blanks (clumio.md, section 4.3). */
export const ENTITY_TYPES: Readonly<Record<string, string>> = {
  ebs: 'aws_ebs_volume',
  ec2: 'aws_ec2_instance',
  rds: 'aws_rds_instance',
  aurora: 'aws_rds_cluster',
  dynamodb: 'aws_dynamodb_table',
  s3: 'aws_s3_bucket',
  efs: 'aws_efs_file_system',
  fsx: 'aws_fsx_file_system',
  documentdb: 'aws_docdb_cluster',
  neptune: 'aws_neptune_cluster',
  redshift: 'aws_redshift_cluster',
  virtualmachine: 'vmware_virtual_machine',
  storagegateway: 'aws_storage_gateway_volume',
  timestream: 'aws_timestream_table',
  cloudformation: 'aws_cloudformation_stack',
};

/** EXPIRED is a job that did not begin in time; what is only partly there is no backup one can rely on. */
export const STATUSES: Readonly<Record<string, string>> = {
  CREATED: 'queued',
  PENDING: 'queued',
  RUNNING: 'in_progress',
  ABORTING: 'aborting',
  COMPLETED: 'completed',
  PARTIAL: 'failed',
  FAILED: 'failed',
  EXPIRED: 'failed',
  ABORTED: 'aborted',
};

/** What an event is about, by `detail-type`; the first three are about jobs. */
export const RECORD_TYPES: Readonly<Record<string, string>> = {
  'Backup Job State Change': 'backup',
  'Copy Job State Change': 'copy',
  'Restore Job State Change': 'restore',
  'Recovery Point State Change': 'recovery_point',
  'Scan Job State Change': 'scan',
  'Backup Plan State Change': 'backup_plan',
  'Backup Vault State Change': 'backup_vault',
  'Region Setting State Change': 'region_setting',
};
