/** IANA protocol numbers that firewalls log; others are shown as their number. */
const LABELS: Readonly<Record<number, string>> = {
  0: 'HOPOPT',
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4',
  6: 'TCP',
  8: 'EGP',
  17: 'UDP',
  27: 'RDP',
  33: 'DCCP',
  41: 'IPv6',
  46: 'RSVP',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'IPv6-ICMP',
  88: 'EIGRP',
  89: 'OSPFIGP',
  94: 'IPIP',
  103: 'PIM',
  108: 'IPComp',
  112: 'VRRP',
  115: 'L2TP',
  132: 'SCTP',
  136: 'UDPLite',
};

/** `id` must be a number: 255, which IANA reserves, stands for none. */
export function toProtocol(proto: number | null) {
  if (proto === null) return { id: 255, label: '' };
  return { id: proto, label: LABELS[proto] ?? String(proto) };
}
