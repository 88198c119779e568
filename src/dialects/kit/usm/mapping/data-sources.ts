/** What the vendor would call a source of logs (section 5.6). */
export interface DataSource {
  readonly plugin: string;
  readonly device: string;
  readonly deviceType: string;
}

/** By name of the format. */
const DATA_SOURCES: ReadonlyMap<string, DataSource> = new Map([
  ['suricata-eve', { plugin: 'Suricata', device: 'Suricata', deviceType: 'Intrusion Detection' }],
  ['umbrella-csv', { plugin: 'Cisco Umbrella', device: 'Umbrella', deviceType: 'Web Security' }],
  ['umbrella-json', { plugin: 'Cisco Umbrella', device: 'Umbrella', deviceType: 'Web Security' }],
  ['zeek', { plugin: 'Zeek', device: 'Zeek', deviceType: 'Network Monitoring' }],
  ['aws-backup', { plugin: 'AWS Backup', device: 'AWS Backup', deviceType: 'Backup' }],
  ['backup-csv', { plugin: 'Backup Jobs', device: 'Backup Jobs', deviceType: 'Backup' }],
  ['borg', { plugin: 'BorgBackup', device: 'BorgBackup', deviceType: 'Backup' }],
  ['restic', { plugin: 'restic', device: 'restic', deviceType: 'Backup' }],
  ['velero', { plugin: 'Velero', device: 'Velero', deviceType: 'Backup' }],
  ['windows-events', { plugin: 'Windows Event Log', device: 'Windows', deviceType: 'Endpoint Security' }],
]);

/** Formats without a name of their own here go by that of the format. */
export function dataSourceOf(format: string): DataSource {
  return DATA_SOURCES.get(format) ?? { plugin: format, device: format, deviceType: 'Other' };
}

/** Formats whose events have this plugin. */
export function formatsOfPlugin(plugin: string): string[] {
  const formats = [...DATA_SOURCES].filter(([, source]) => source.plugin === plugin).map(([format]) => format);
  return DATA_SOURCES.has(plugin) ? formats : [...formats, plugin];
}
