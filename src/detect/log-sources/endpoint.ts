import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import type { LogSource } from '../rule.ts';
import { extra, type LogSourceMapping, list, own, text } from './mapping.ts';

const SYSMON = { windows: 'microsoft-windows-sysmon/operational', linux: 'linux-sysmon/operational' } as const;
const POWERSHELL = ['microsoft-windows-powershell/operational', 'powershellcore/operational'];
const CLASSIC_POWERSHELL = ['windows powershell'];

/** Event ids of Sysmon by Sigma's category. */
const SYSMON_EVENTS: Readonly<Record<string, readonly number[]>> = {
  process_creation: [1],
  file_change: [2],
  network_connection: [3],
  sysmon_status: [4, 16],
  process_termination: [5],
  driver_load: [6],
  image_load: [7],
  create_remote_thread: [8],
  raw_access_thread: [9],
  process_access: [10],
  file_event: [11],
  registry_add: [12],
  registry_delete: [12],
  registry_event: [12, 13, 14],
  registry_set: [13],
  registry_rename: [14],
  create_stream_hash: [15],
  pipe_created: [17, 18],
  wmi_event: [19, 20, 21],
  dns_query: [22],
  file_delete: [23, 26],
  clipboard_capture: [24],
  process_tampering: [25],
  file_block_executable: [27],
  file_block_shredding: [28],
  file_executable_detected: [29],
  sysmon_error: [255],
};

/** Events of other channels by Sigma's category. */
const OTHER_EVENTS: Readonly<Record<string, Readonly<Record<number, readonly string[]>>>> = {
  process_creation: { 4688: ['security'] },
  network_connection: { 5156: ['security'] },
  ps_module: { 4103: POWERSHELL },
  ps_script: { 4104: POWERSHELL },
  ps_classic_start: { 400: CLASSIC_POWERSHELL },
  ps_classic_provider_start: { 600: CLASSIC_POWERSHELL },
  ps_classic_script: { 800: CLASSIC_POWERSHELL },
};

/** One event id serves two categories; the event's type tells. */
const NARROWED: Readonly<Record<string, string>> = {
  registry_add: `NOT startsWith(${extra('EventType')}, 'Delete')`,
  registry_delete: `startsWith(${extra('EventType')}, 'Delete')`,
};

/** Channels of the Windows event log by Sigma's service. */
const CHANNELS: Readonly<Record<string, readonly string[]>> = {
  sysmon: [SYSMON.windows],
  security: ['security'],
  system: ['system'],
  application: ['application'],
  powershell: POWERSHELL,
  'powershell-classic': CLASSIC_POWERSHELL,
  'dns-server': ['dns server'],
  'dns-server-analytic': ['microsoft-windows-dnsserver/analytical'],
  'dns-server-audit': ['microsoft-windows-dnsserver/audit'],
  'dns-client': ['microsoft-windows-dns-client/operational', 'microsoft-windows-dns client events/operational'],
  'driver-framework': ['microsoft-windows-driverframeworks-usermode/operational'],
  windefend: ['microsoft-windows-windows defender/operational'],
  taskscheduler: ['microsoft-windows-taskscheduler/operational'],
  wmi: ['microsoft-windows-wmi-activity/operational'],
  ntlm: ['microsoft-windows-ntlm/operational'],
  applocker: [
    'microsoft-windows-applocker/exe and dll',
    'microsoft-windows-applocker/msi and script',
    'microsoft-windows-applocker/packaged app-deployment',
    'microsoft-windows-applocker/packaged app-execution',
  ],
  'appxdeployment-server': ['microsoft-windows-appxdeploymentserver/operational'],
  'appxpackaging-om': ['microsoft-windows-appxpackaging/operational'],
  'appmodel-runtime': ['microsoft-windows-appmodel-runtime/admin'],
  'bits-client': ['microsoft-windows-bits-client/operational'],
  capi2: ['microsoft-windows-capi2/operational'],
  'certificateservicesclient-lifecycle-system': [
    'microsoft-windows-certificateservicesclient-lifecycle-system/operational',
  ],
  'codeintegrity-operational': ['microsoft-windows-codeintegrity/operational'],
  'diagnosis-scripted': ['microsoft-windows-diagnosis-scripted/operational'],
  'firewall-as': ['microsoft-windows-windows firewall with advanced security/firewall'],
  'kernel-event-tracing': ['microsoft-windows-kernel-eventtracing'],
  'kernel-shimengine': [
    'microsoft-windows-kernel-shimengine/operational',
    'microsoft-windows-kernel-shimengine/diagnostic',
  ],
  ldap: ['microsoft-windows-ldap-client/debug'],
  'lsa-server': ['microsoft-windows-lsa/operational'],
  'iis-configuration': ['microsoft-iis-configuration/operational'],
  'msexchange-management': ['msexchange management'],
  ntfs: ['microsoft-windows-ntfs/operational'],
  openssh: ['openssh/operational'],
  'printservice-admin': ['microsoft-windows-printservice/admin'],
  'printservice-operational': ['microsoft-windows-printservice/operational'],
  'security-mitigations': [
    'microsoft-windows-security-mitigations/kernel mode',
    'microsoft-windows-security-mitigations/user mode',
  ],
  sense: ['microsoft-windows-sense/operational'],
  'servicebus-client': ['microsoft-servicebus-client/operational', 'microsoft-servicebus-client/admin'],
  'shell-core': ['microsoft-windows-shell-core/operational'],
  'smbclient-connectivity': ['microsoft-windows-smbclient/connectivity'],
  'smbclient-security': ['microsoft-windows-smbclient/security'],
  'smbserver-connectivity': ['microsoft-windows-smbserver/connectivity'],
  'terminalservices-localsessionmanager': ['microsoft-windows-terminalservices-localsessionmanager/operational'],
  vhdmp: ['microsoft-windows-vhdmp/operational'],
};

const CHANNEL = `lower(${extra('Channel')})`;

/** `security/4688`; events of collectors that tell no channel are known by their category alone. */
const EVENT_KEY = `if(${extra('Channel')} = '', toString(record_type), concat(${CHANNEL}, '/', ${extra('EventID')}))`;

const IS_LINUX = `${CHANNEL} = ${sqlText(SYSMON.linux)}`;

/** Undefined for a category or service that we know no events of. */
export function endpoint({ product, category, service }: LogSource): LogSourceMapping | undefined {
  const conditions = [ofProduct(product), ofCategory(product, category), ofService(product, service)];
  if (conditions.some((condition) => condition === undefined)) return undefined;
  const condition = conditions.filter((part) => part !== '').join(' AND ') || '1';
  return {
    scan: 'endpoint',
    condition: () => condition,
    keywords: list('mapValues(extra)'),
    column: (field) => text(extra(field)),
  };
}

function ofProduct(product: string | undefined): string | undefined {
  if (product === undefined) return '';
  if (product === 'windows') return `NOT (${IS_LINUX})`;
  if (product === 'linux') return `(${IS_LINUX} OR ${extra('Channel')} = '')`;
  return product === 'macos' ? `${extra('Channel')} = ''` : undefined;
}

function ofCategory(product: string | undefined, category: string | undefined): string | undefined {
  if (category === undefined) return '';
  const sysmon = own(SYSMON_EVENTS, category) ?? [];
  const others = own(OTHER_EVENTS, category) ?? {};
  if (sysmon.length === 0 && Object.keys(others).length === 0) return undefined;
  const channel = product === 'linux' ? SYSMON.linux : SYSMON.windows;
  const keys = [
    category,
    ...sysmon.map((id) => `${channel}/${id}`),
    ...Object.entries(others).flatMap(([id, channels]) => channels.map((name) => `${name}/${id}`)),
  ];
  const narrowed = own(NARROWED, category);
  return `has(${sqlList(keys)}, ${EVENT_KEY})${narrowed === undefined ? '' : ` AND ${narrowed}`}`;
}

function ofService(product: string | undefined, service: string | undefined): string | undefined {
  if (service === undefined) return '';
  if (product === 'linux' && service === 'sysmon') return IS_LINUX;
  const channels = product === 'windows' ? own(CHANNELS, service) : undefined;
  return channels === undefined ? undefined : `has(${sqlList(channels)}, ${CHANNEL})`;
}
