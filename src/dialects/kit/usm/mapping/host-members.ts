import { isIP } from 'node:net';

/** Identities have names that are no host's. */
const HOST = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/i;

/** What the display name of an endpoint is besides, where it is the name of a host. */
export function hostMembers(name: string): { readonly hostname: string; readonly fqdn: string } {
  const hostname = isIP(name) === 0 && HOST.test(name) ? name : '';
  return { hostname, fqdn: hostname.includes('.') ? hostname : '' };
}
