import * as traffic from '../../../core/traffic/index.ts';
import { type Call, orderOf, questionOf } from '../call.ts';
import { toCategory, toCounts, toIdentity, toIdentityType } from '../mapping/objects.ts';
import { cut, limitOf, offsetOf, pageOf } from '../paging.ts';
import type { Answer } from './route.ts';

/** Ranks count from 1 across pages. */
function ranked<Item, Wire extends object>(
  items: readonly Item[],
  offset: number,
  toWire: (item: Item) => Wire,
): Answer {
  return { data: items.map((item, index) => ({ rank: offset + index + 1, ...toWire(item) })) };
}

export async function topIdentities(call: Call): Promise<Answer> {
  const page = pageOf(call);
  const items = await traffic.topIdentities(call.context, call.scope, { ...questionOf(call), ...page });
  return ranked(items, page.offset, (item) => ({
    requests: item.requests,
    bandwidth: item.bandwidth,
    counts: toCounts(item),
    identity: toIdentity(item.identity),
  }));
}

export async function identityDistribution(call: Call): Promise<Answer> {
  const shares = await traffic.identityDistribution(call.context, call.scope, questionOf(call));
  return {
    data: cut(shares, pageOf(call)).map((share) => ({
      identitytype: toIdentityType(share.type),
      requests: share.requests,
      unique_identity_count: share.identities,
      counts: toCounts(share),
    })),
  };
}

export async function topDestinations(call: Call): Promise<Answer> {
  const page = pageOf(call);
  const items = await traffic.topDestinations(call.context, call.scope, { ...questionOf(call), ...page });
  return ranked(items, page.offset, (item) => ({
    domain: item.destination,
    count: item.requests,
    bandwidth: item.bandwidth,
    counts: toCounts(item),
    categories: item.categories.map(toCategory),
    policycategories: item.policyCategories.map(toCategory),
  }));
}

export async function topUrls(call: Call): Promise<Answer> {
  const page = pageOf(call);
  const items = await traffic.topUrls(call.context, call.scope, { ...questionOf(call), ...page });
  return ranked(items, page.offset, (item) => ({
    count: item.requests,
    path: item.path,
    categories: item.categories.map(toCategory),
  }));
}

/** The vendor ignores `limit` here, and clients know it (section 7, 12). */
export async function topCategories(call: Call): Promise<Answer> {
  const offset = offsetOf(call);
  const items = await traffic.topCategories(call.context, call.scope, { ...questionOf(call), offset });
  return ranked(items, offset, (item) => ({
    count: item.requests,
    bandwidth: item.bandwidth,
    category: toCategory(item.category),
  }));
}

export async function topEventTypes(call: Call): Promise<Answer> {
  const items = await traffic.topEventTypes(call.context, call.scope, questionOf(call));
  return { data: items.map(({ text, requests }) => ({ eventtype: text, count: requests })) };
}

export async function topDnsQueryTypes(call: Call): Promise<Answer> {
  const request = { ...questionOf(call), ...pageOf(call), order: orderOf(call) };
  const items = await traffic.topQueryTypes(call.context, call.scope, request);
  return { data: items.map(({ text, requests }) => ({ querytype: text, requests })) };
}

export async function topFiles(call: Call): Promise<Answer> {
  const items = await traffic.topFiles(call.context, call.scope, { ...questionOf(call), ...pageOf(call) });
  return {
    data: items.map((item) => ({
      requests: item.requests,
      sha256: item.sha256,
      identitycount: item.identities,
      filenames: item.fileNames,
      filetypes: item.fileTypes,
      categories: item.categories.map(toCategory),
    })),
  };
}

export async function topThreats(call: Call): Promise<Answer> {
  const items = await traffic.topThreats(call.context, call.scope, { ...questionOf(call), ...pageOf(call) });
  return { data: items.map(({ label, type, requests }) => ({ threat: label, threattype: type, count: requests })) };
}

export async function topThreatTypes(call: Call): Promise<Answer> {
  const items = await traffic.topThreatTypes(call.context, call.scope, { ...questionOf(call), ...pageOf(call) });
  return {
    data: items.map(({ type, threats, requests }) => ({ threattype: type, threatscount: threats, count: requests })),
  };
}

export const topExternalIps = (call: Call) => topAddresses(call, 'external');
export const topInternalIps = (call: Call) => topAddresses(call, 'internal');

async function topAddresses(call: Call, side: 'internal' | 'external'): Promise<Answer> {
  const request = { ...questionOf(call), side, limit: limitOf(call) };
  const items = await traffic.topAddresses(call.context, call.scope, request);
  return { data: items.map(({ text, requests }) => ({ ip: text, count: requests })) };
}
