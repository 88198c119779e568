import { isIPv4, isIPv6 } from 'node:net';

/** First and last address of a network, as IPv6 numbers; IPv4 stands in the range that IPv6 keeps for it. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** ::ffff:0:0/96 */
export const MAPPED_IPV4: AddressRange = { first: 0xffff_0000_0000n, last: 0xffff_ffff_ffffn };

/** The range of `10.0.0.0/8`, `fe80::/10` or a single address; undefined where it is none of these. */
export function parseNetwork(text: string): AddressRange | undefined {
  const [address = '', prefix, ...rest] = text.trim().split('/');
  if (rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return undefined;
  const isV4 = isIPv4(address);
  if (!isV4 && (!isIPv6(address) || address.includes('%'))) return undefined;
  const bits = isV4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) return undefined;
  const host = (1n << BigInt(bits - length)) - 1n;
  const number = isV4 ? MAPPED_IPV4.first + ipv4Number(address) : ipv6Number(address);
  const first = number - (number & host);
  return { first, last: first + host };
}

function ipv4Number(address: string): bigint {
  return address.split('.').reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

function ipv6Number(address: string): bigint {
  const [, head = address, dotted] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address) ?? [];
  const spelled = dotted === undefined ? address : head + hexGroups(ipv4Number(dotted));
  const [left = '', right] = spelled.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [before, behind] = [groups(left), groups(right ?? '')];
  const zeros = Array<string>(Math.max(0, 8 - before.length - behind.length)).fill('0');
  const all = right === undefined ? before : [...before, ...zeros, ...behind];
  return all.reduce((number, group) => number * 65_536n + BigInt(`0x${group}`), 0n);
}

function hexGroups(number: bigint): string {
  return `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`;
}

/** The canonical enough text of an IPv6 number: eight groups. */
export function ipv6Text(number: bigint): string {
  return Array.from({ length: 8 }, (_, i) => ((number >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':');
}
