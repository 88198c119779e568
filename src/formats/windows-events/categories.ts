/** Sigma's category of a Sysmon event by its EventID, whatever the channel is called (Windows or Linux). */
const SYSMON: Readonly<Record<number, string>> = {
  1: 'process_creation',
  2: 'file_change',
  3: 'network_connection',
  4: 'sysmon_status',
  5: 'process_termination',
  6: 'driver_load',
  7: 'image_load',
  8: 'create_remote_thread',
  9: 'raw_access_thread',
  10: 'process_access',
  11: 'file_event',
  // 12 creates and deletes keys; its EventType says which.
  12: 'registry_add',
  13: 'registry_set',
  14: 'registry_rename',
  15: 'create_stream_hash',
  16: 'sysmon_status',
  17: 'pipe_created',
  18: 'pipe_created',
  19: 'wmi_event',
  20: 'wmi_event',
  21: 'wmi_event',
  22: 'dns_query',
  23: 'file_delete',
  24: 'clipboard_capture',
  25: 'process_tampering',
  26: 'file_delete',
  27: 'file_block_executable',
  28: 'file_block_shredding',
  29: 'file_executable_detected',
  255: 'sysmon_error',
};

const OTHER_CHANNELS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  security: { 4688: 'process_creation', 5156: 'network_connection' },
  'microsoft-windows-powershell/operational': { 4103: 'ps_module', 4104: 'ps_script' },
  'powershellcore/operational': { 4103: 'ps_module', 4104: 'ps_script' },
  'windows powershell': { 400: 'ps_classic_start', 600: 'ps_classic_provider_start', 800: 'ps_classic_script' },
};

const SYSMON_CHANNELS = ['microsoft-windows-sysmon/operational', 'linux-sysmon/operational'];

/** Sigma's category of an event, by `<channel in lower case>/<EventID>`. */
export const CATEGORIES: ReadonlyMap<string, string> = new Map([
  ...SYSMON_CHANNELS.flatMap((channel) => entriesOf(channel, SYSMON)),
  ...Object.entries(OTHER_CHANNELS).flatMap(([channel, categories]) => entriesOf(channel, categories)),
]);

function entriesOf(channel: string, categories: Readonly<Record<number, string>>): [string, string][] {
  return Object.entries(categories).map(([eventId, category]) => [`${channel}/${eventId}`, category]);
}
