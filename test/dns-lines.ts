export interface DnsRequest {
  readonly time: Date;
  /** As it is logged, with a dot at its end. */
  readonly domain: string;
  readonly identity?: string;
  readonly client?: string;
}

/** A line of Umbrella's DNS log, as it was before its later columns. */
export function dnsLine({ time, domain, identity = 'LAPTOP', client = '10.0.0.1' }: DnsRequest): string {
  const at = time.toISOString().slice(0, 19).replace('T', ' ');
  const who = 'Roaming Computers';
  const cells = [at, identity, identity, client, '203.0.113.1', 'Allowed', '1 (A)', 'NOERROR', domain, '', who, who];
  return `${[...cells, '', '', '', '1'].map((cell) => `"${cell}"`).join(',')}\n`;
}
