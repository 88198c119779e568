import type { ActivityEvent } from '../../../model/traffic.ts';
import { listItems } from '../../kit/raw-query.ts';
import type { Clock } from '../time.ts';
import { applicationsByVerdict, toApplication, toCategory, toIdentity } from './objects.ts';

/** ActivityProxy of section 5.1. */
export function toProxyRecord(event: ActivityEvent, clock: Clock) {
  const { extra } = event;
  const applications = event.applications.map(toApplication);
  return {
    type: 'proxy',
    url: event.url,
    verdict: event.verdict,
    statuscode: event.status ?? 0,
    requestmethod: event.method,
    port: event.dstPort,
    ...clock(Math.floor(event.timeUs / 1000)),
    externalip: event.natIp,
    internalip: event.srcIp,
    destinationip: event.dstIp,
    requestsize: event.bytesOut ?? 0,
    responsesize: event.bytesIn ?? 0,
    useragent: event.userAgent,
    referer: event.referer,
    contenttype: event.contentType,
    forwardingmethod: extra.forwarding_method ?? '',
    responsefilename: event.fileName,
    blockedfiletype: extra.blocked_file_type ?? '',
    sha256: event.sha256,
    warnstatus: extra.warn_status ?? '',
    securityoverridden: event.securityOverridden,
    tenantcontrols: event.tenantControls,
    bundleid: event.bundleId,
    amp: { disposition: event.ampDisposition, score: event.ampScore, malware: extra.amp_malware ?? '' },
    antivirusthreats: { puas: listItems([extra.puas ?? '']), viruses: event.antivirusThreats, others: [] },
    policy: toPolicy(event),
    isolated: { state: event.isolatedState, fileaction: event.isolatedFileAction },
    datalossprevention: { state: event.dataLossState },
    egress: { ip: extra.egress_ip ?? '', type: extra.egress_type ?? '' },
    datacenter: { id: extra.data_center ?? '', label: extra.data_center ?? '' },
    httperrors: event.httpErrors.map(toHttpError),
    threats: event.threats,
    identities: event.identities.map(toIdentity),
    categories: event.categories.map(toCategory),
    policycategories: event.policyCategories.map(toCategory),
    ...applicationsByVerdict(event.verdict, applications),
  };
}

function toPolicy({ ruleId, ruleSetId, destinationListIds, extra }: ActivityEvent) {
  return {
    ruleid: ruleId || null,
    rulesetid: ruleSetId || null,
    destinationlistids: destinationListIds,
    timebasedrule: /^(true|1|yes)$/i.test(extra.time_based_rule ?? ''),
  };
}

/** `TLSError:certificate expired`; logs give no number. */
function toHttpError(text: string) {
  const colon = text.indexOf(':');
  const [type, reason] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  return { type, code: 0, reason, attributes: {} };
}
