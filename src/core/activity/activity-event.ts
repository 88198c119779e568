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

/** A row as an event; columns that its page did not read count as absent. */
export function toActivityEvent(row: Partial<ActivityRow>, names: Names): ActivityEvent {
  return {
    timeUs: row.time_us ?? 0,
    seq: row.seq ?? 0,
    row: row.row ?? 0,
    kind: row.kind ?? 'other',
    verdict: row.verdict ?? 'allowed',
    srcIp: row.src_ip ?? '',
    srcPort: row.src_port ?? null,
    natIp: row.nat_ip ?? '',
    dstIp: row.dst_ip ?? '',
    dstPort: row.dst_port ?? null,
    proto: row.proto ?? null,
    domain: row.domain ?? '',
    queryType: row.query_type ?? '',
    returnCode: row.return_code ?? null,
    identities: (row.identity_ids ?? []).map((id, index) => identity(id, row.identity_types?.[index], names)),
    categories: (row.categories ?? []).map((id) => category(id, names)),
    policyCategories: (row.policy_categories ?? []).map((id) => category(id, names)),
    applications: (row.application_ids ?? []).map((id) => application(id, names)),
    threats: (row.threats ?? []).map((label, index): Threat => ({ label, type: row.threat_types?.[index] ?? '' })),
    ...webOf(row),
    ...detectionsOf(row),
    ...policiesOf(row),
  };
}

function webOf(row: Partial<ActivityRow>) {
  return {
    url: row.url ?? '',
    method: row.method ?? '',
    status: row.status ?? null,
    bytesIn: row.bytes_in ?? null,
    bytesOut: row.bytes_out ?? null,
    packetSize: row.packet_size ?? null,
    userAgent: row.user_agent ?? '',
    referer: row.referer ?? '',
    contentType: row.content_type ?? '',
    fileName: row.file_name ?? '',
    sha256: row.sha256 ?? '',
  };
}

function detectionsOf(row: Partial<ActivityRow>) {
  return {
    signatureGeneratorId: row.signature_generator_id ?? 0,
    signatureId: row.signature_id ?? 0,
    signatureListId: row.signature_list_id ?? 0,
    signature: row.signature ?? '',
    classification: row.classification ?? '',
    severity: row.severity ?? 0,
    cves: row.cves ?? [],
    sessionId: row.session_id ?? 0,
    ampDisposition: row.amp_disposition ?? '',
    ampScore: row.amp_score ?? 0,
    antivirusThreats: row.antivirus_threats ?? [],
  };
}

function policiesOf(row: Partial<ActivityRow>) {
  return {
    ruleId: row.rule_id ?? 0,
    ruleSetId: row.rule_set_id ?? 0,
    isolatedState: row.isolated_state ?? '',
    isolatedFileAction: row.isolated_file_action ?? '',
    dataLossState: row.data_loss_state ?? '',
    httpErrors: row.http_errors ?? [],
    securityOverridden: row.security_overridden ?? false,
    tenantControls: row.tenant_controls ?? false,
    bundleId: row.bundle_id ?? 0,
    destinationListIds: row.destination_list_ids ?? [],
    direction: row.direction ?? '',
    extra: row.extra ?? {},
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
  return { id, label: names.categories.get(String(id))?.label || null };
}
