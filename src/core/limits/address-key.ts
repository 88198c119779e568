import { isIPv6 } from 'node:net';

/**
 * What attempts from a remote address are counted under: an IPv4 address itself, and the /64 of an IPv6 address, since one
 * subscriber has all addresses of it.
 */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const bare = address.split('%', 1)[0] ?? '';
  if (!isIPv6(bare)) return address;
  const [head = '', tail] = bare.toLowerCase().split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  // A tail of the form 1.2.3.4 stands for two groups.
  const width = behind.length + (behind.at(-1)?.includes('.') ? 1 : 0);
  const missing = tail === undefined ? 0 : 8 - groups.length - width;
  const all = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...behind];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
