import { sqlList } from '../../kit/sql-literals.ts';

/** IANA protocol numbers by the names that logs write, which are those of /etc/protocols. */
export const PROTOCOLS: Readonly<Record<string, number>> = {
  HOPOPT: 0,
  ICMP: 1,
  IGMP: 2,
  IPv4: 4,
  IPIP: 4,
  TCP: 6,
  EGP: 8,
  IGP: 9,
  UDP: 17,
  DCCP: 33,
  IPv6: 41,
  'IPv6-Route': 43,
  'IPv6-Frag': 44,
  RSVP: 46,
  GRE: 47,
  ESP: 50,
  AH: 51,
  'IPv6-ICMP': 58,
  ICMPv6: 58,
  'IPv6-NoNxt': 59,
  'IPv6-Opts': 60,
  EIGRP: 88,
  OSPF: 89,
  OSPFIGP: 89,
  PIM: 103,
  VRRP: 112,
  L2TP: 115,
  SCTP: 132,
  UDPLite: 136,
};

/** DNS response codes (IANA registry, RFC 6895). */
export const RCODES: Readonly<Record<string, number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  DSOTYPENI: 11,
  BADVERS: 16,
  BADSIG: 16,
  'BADVERS/BADSIG': 16,
  BADKEY: 17,
  BADTIME: 18,
  BADMODE: 19,
  BADNAME: 20,
  BADALG: 21,
  BADTRUNC: 22,
  BADCOOKIE: 23,
};

/** SQL for the number of a name, whatever its case; a number as text stands for itself, anything else is NULL. */
export function numberOf(sql: string, numbers: Readonly<Record<string, number>>, type: 'UInt8' | 'UInt16'): string {
  const names = sqlList(Object.keys(numbers).map((name) => name.toUpperCase()));
  const values = `${sqlList(Object.values(numbers))}::Array(Int32)`;
  const named = `nullIf(transform(upper(${sql}), ${names}, ${values}, -1::Int32), -1)`;
  return `coalesce(${named}, to${type}OrNull(${sql}))`;
}
