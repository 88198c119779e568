import { isIP, SocketAddress } from 'node:net';
import { domainToASCII } from 'node:url';
import type { Destination } from '../../core/activity/destination.ts';
import { badInput } from '../../model/errors.ts';

/** What makes a text something else than a name or an address, the telling things first. */
const FAULTS: readonly { readonly pattern: RegExp; readonly fault: string }[] = [
  { pattern: /^\s*$/, fault: 'must not be empty' },
  { pattern: /[\s\p{Cc}]/u, fault: 'must not hold blanks or control characters' },
  { pattern: /^[a-z][a-z\d+.-]*:\//i, fault: 'must be a domain or an address without a scheme' },
  { pattern: /[/\\?#]/, fault: 'must be a domain or an address without a path' },
  { pattern: /@/, fault: 'must be a domain or an address without a user name' },
  { pattern: /\*/, fault: 'must be one domain or address, without *' },
  { pattern: /^(\[.*\]|[^:]*):\d*$/, fault: 'must be a domain or an address without a port' },
];

/** Longest name there can be (RFC 1035), without the dot at its end. */
const LONGEST_NAME = 253;

/**
 * Reads the `{destination}` of a path, decoded: a domain in any case, with or without a dot at its end, in Unicode or
 * punycode, or an address in any spelling.
 *
 * @returns the destination as events store it
 */
export function parseDestination(given: string): Destination {
  const found = FAULTS.find(({ pattern }) => pattern.test(given));
  if (found !== undefined) throw invalid(given, found.fault);
  const address = /^\[(.*)\]$/.exec(given)?.[1] ?? given;
  if (isIP(address) === 4) return { kind: 'address', text: address };
  if (isIP(address) === 6) return { kind: 'address', text: canonicalAddress(address) };
  return { kind: 'name', text: canonicalName(given) };
}

/** The short form of RFC 5952, without a zone; an IPv4 address that came as IPv6 is that address. */
function canonicalAddress(address: string): string {
  return new SocketAddress({ address, family: 'ipv6' }).address.replace(/^::ffff:(?=.*\.)/, '');
}

function canonicalName(given: string): string {
  // Names in logs need not be host names, so what is ASCII already is left alone.
  const ascii = /^[\x21-\x7e]+$/.test(given) ? given : domainToASCII(given);
  const name = ascii.toLowerCase().replace(/\.$/, '');
  const labels = name.split('.');
  if (!/^[a-z\d._-]+$/.test(name) || labels.includes('')) throw invalid(given, 'is no domain and no address');
  if (/^(\d+|0x[\da-f]*)$/.test(labels.at(-1) ?? ''))
    throw invalid(given, 'is no address, and no domain ends like that');
  if (name.length > LONGEST_NAME) throw invalid(given, `is longer than ${LONGEST_NAME} characters`);
  return name;
}

function invalid(given: string, fault: string) {
  return badInput('destination', given, `invalid value for destination: ${fault}`);
}
