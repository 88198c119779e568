import type { ActivityRow } from '../../events/queries/activity.ts';
import type { Label } from '../../events/queries/labels.ts';
import { DEFAULT_IDENTITY_TYPE } from '../../model/identity-types.ts';
import type { ActivityEvent, Application, CategoryReference, Identity, Threat } from '../../model/traffic.ts';

/** Labels by key, for whatever a page names. */
export interface Names {
  readonly identities: ReadonlyMap<string, Label>;
  readonly applications: ReadonlyMap<string, Label>;
  readonly categories: ReadonlyMap<string, Label>;
}

/** Fields that a row may lack because its page did not need them. */
const ABSENT = {
  src_ip: '',
  src_port: null,
  nat_ip: '',
  dst_ip: '',
  dst_port: null,
  proto: null,
  domain: '',
  query_type: '',
  return_code: null,
  url: '',
  method: '',
  status: null,
  bytes_in: null,
  bytes_out: null,
  packet_size: null,
  user_agent: '',
  referer: '',
  content_type: '',
  file_name: '',
  sha256: '',
  identity_ids: [],
  identity_types: [],
  categories: [],
  policy_categories: [],
  application_ids: [],
  threats: [],
  threat_types: [],
  rule_id: 0,
  rule_set_id: 0,
  signature_generator_id: 0,
  signature_id: 0,
  signature_list_id: 0,
  signature: '',
  classification: '',
  severity: 0,
  cves: [],
  session_id: 0,
  amp_disposition: '',
  amp_score: 0,
  antivirus_threats: [],
  isolated_state: '',
  isolated_file_action: '',
  data_loss_state: '',
  http_errors: [],
  security_overridden: false,
  tenant_controls: false,
  bundle_id: 0,
  destination_list_ids: [],
  direction: '',
  extra: {},
} satisfies Partial<ActivityRow>;

export function toActivityEvent(partial: Partial<ActivityRow>, names: Names): ActivityEvent {
  const row = { ...ABSENT, ...partial } as ActivityRow;
  return {
    timeUs: row.time_us,
    seq: row.seq,
    row: row.row,
    kind: row.kind,
    verdict: row.verdict,
    srcIp: row.src_ip,
    srcPort: row.src_port,
    natIp: row.nat_ip,
    dstIp: row.dst_ip,
    dstPort: row.dst_port,
    proto: row.proto,
    domain: row.domain,
    queryType: row.query_type,
    returnCode: row.return_code,
    url: row.url,
    method: row.method,
    status: row.status,
    bytesIn: row.bytes_in,
    bytesOut: row.bytes_out,
    packetSize: row.packet_size,
    userAgent: row.user_agent,
    referer: row.referer,
    contentType: row.content_type,
    fileName: row.file_name,
    sha256: row.sha256,
    identities: row.identity_ids.map((id, index) => identity(id, row.identity_types[index], names)),
    categories: row.categories.map((id) => category(id, names)),
    policyCategories: row.policy_categories.map((id) => category(id, names)),
    applications: row.application_ids.map((id) => application(id, names)),
    threats: row.threats.map((label, index): Threat => ({ label, type: row.threat_types[index] ?? '' })),
    ...detections(row),
    ...policies(row),
  };
}

function detections(row: ActivityRow) {
  return {
    signatureGeneratorId: row.signature_generator_id,
    signatureId: row.signature_id,
    signatureListId: row.signature_list_id,
    signature: row.signature,
    classification: row.classification,
    severity: row.severity,
    cves: row.cves,
    sessionId: row.session_id,
    ampDisposition: row.amp_disposition,
    ampScore: row.amp_score,
    antivirusThreats: row.antivirus_threats,
  };
}

function policies(row: ActivityRow) {
  return {
    ruleId: row.rule_id,
    ruleSetId: row.rule_set_id,
    isolatedState: row.isolated_state,
    isolatedFileAction: row.isolated_file_action,
    dataLossState: row.data_loss_state,
    httpErrors: row.http_errors,
    securityOverridden: row.security_overridden,
    tenantControls: row.tenant_controls,
    bundleId: row.bundle_id,
    destinationListIds: row.destination_list_ids,
    direction: row.direction,
    extra: row.extra,
  };
}

function identity(id: number, type: string | undefined, names: Names): Identity {
  return { id, label: names.identities.get(String(id))?.label ?? '', type: type ?? DEFAULT_IDENTITY_TYPE };
}

function application(id: number, names: Names): Application {
  const name = names.applications.get(String(id));
  return { id, label: name?.label ?? '', category: name?.type ?? '' };
}

function category(id: number, names: Names): CategoryReference {
  return { id, label: names.categories.get(String(id))?.label ?? null };
}
