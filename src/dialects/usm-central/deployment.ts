import type { Deployment } from '../../core/peers/index.ts';
import { isConnected } from '../../model/peer.ts';
import type { Call } from '../kit/usm/call.ts';

/** A deployment as this surface names it (section 3.1). */
export interface NamedDeployment extends Deployment {
  /** `cn://` and the name: the same by whatever address the server was reached. */
  readonly id: string;
  /** Its host name, or its slug where organizations have no hosts. */
  readonly name: string;
  /** Where it answers USM Anywhere: here, or where it was joined. */
  readonly fqdn: string;
  /** The same of what is kept of it here, as an address. */
  readonly origin: string;
}

export function named(
  deployment: Deployment,
  { origin, usmDomain }: Pick<Call, 'origin' | 'usmDomain'>,
): NamedDeployment {
  const { slug } = deployment.organization;
  const name = usmDomain === null ? slug : `${slug}.${usmDomain}`;
  const here = new URL(origin);
  // A host that names no organization means the client's own, so any host that leads here is right (section 0).
  if (usmDomain !== null) here.hostname = name;
  return {
    ...deployment,
    id: `cn://${name}`,
    name,
    fqdn: deployment.peer === null ? here.host : new URL(deployment.peer.url).host,
    origin: here.href.replace(/\/$/, ''),
  };
}

/** @param given value of `deploymentId` or `tenantId` (section 3.2) */
export function isNamed({ id, name, fqdn }: NamedDeployment, given: string): boolean {
  return [id, name, fqdn].includes(given.trim().toLowerCase());
}

export function toDeployment({ organization, peer, ...names }: NamedDeployment, nowMs: number) {
  return {
    id: names.id,
    licenseKey: organization.uuid,
    fqdn: names.fqdn,
    name: names.name,
    displayName: organization.name,
    type: 'USM Anywhere',
    joinedSince: Date.parse(peer?.joinedAt ?? organization.createdAt),
    connectionStatus: peer === null || isConnected(peer, nowMs) ? 'connected' : 'disconnected',
    authorized: peer === null || peer.enabled,
  };
}
