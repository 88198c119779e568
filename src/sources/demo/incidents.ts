import type { Random } from '../../kit/random.ts';
import { singleSite } from './domains.ts';
import type { Device } from './organizations.ts';
import { midnightBefore } from './schedule.ts';
import type { Visit, WebRequest } from './traffic.ts';

/** Names that the stories of README.md use. Days count back from the day of the end. */
export const INCIDENTS = {
  beacon: { device: 'LAPTOP-07', host: 'sync.palecrow.example', firstNight: 9, blockedFrom: 5, lastNight: 3 },
  phishing: {
    device: 'finance-ws-03',
    day: 4,
    mailHost: 'mail.bluebird.example',
    redirectHost: 'go.parcel-redelivery.example',
    formHost: 'login.harborside-payroll.example',
  },
  miner: {
    device: 'CNC-PC-02',
    firstDay: 6,
    lastDay: 5,
    hosts: ['eu.coinquarry.example', 'us.coinquarry.example', 'stratum.hashbarn.example'],
  },
  scan: { day: 2, scanner: '203.0.113.66', target: 'plc-gateway-01', ports: 400 },
  campusScan: { day: 7, device: 'lab-pc-11' },
  backups: {
    volume: 'vol-0a91b2c3d4e5f6071',
    firstNight: 3,
    message: 'The encryption key of the backup vault is not accessible.',
  },
} as const;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const visit = (base: Pick<Visit, 'time' | 'device' | 'site'> & Partial<Visit>): Visit => ({
  host: base.site.hosts[0] ?? base.site.domain,
  queryType: 'A',
  rcode: 'NOERROR',
  verdict: 'allowed',
  blockedFor: [],
  ...base,
});

/** Every five minutes from 22:00 to 05:00, a few seconds early or late; known as command and control from the fifth night on. */
export function beacon(device: Device, end: number, random: Random): Visit[] {
  const { host, firstNight, blockedFrom, lastNight } = INCIDENTS.beacon;
  const domain = host.slice(host.indexOf('.') + 1);
  const unknown = singleSite(host, domain, [], '198.51.100.77');
  const known = { ...unknown, categories: ['Command and Control'] };
  const calls: Visit[] = [];
  for (let night = firstNight; night >= lastNight; night--) {
    const dusk = midnightBefore(end, night) + 22 * HOUR;
    for (let time = dusk; time < dusk + 7 * HOUR; time += 5 * MINUTE) {
      const at = time + random.int(6_000);
      if (night > blockedFrom) calls.push(visit({ time: at, device, site: unknown, requests: [checkIn()] }));
      else
        calls.push(
          visit({ time: at, device, site: known, requests: [], verdict: 'blocked', blockedFor: known.categories }),
        );
    }
  }
  return calls;
}

const checkIn = (): WebRequest => request({ method: 'POST', path: '/v2/status', requestBytes: 412, responseBytes: 16 });

const request = (parts: Partial<WebRequest>): WebRequest => ({
  delay: 120,
  method: 'GET',
  path: '/',
  status: 200,
  referer: '',
  mime: 'application/octet-stream',
  requestBytes: 600,
  responseBytes: 4_096,
  download: null,
  blockedFor: [],
  ...parts,
});

/** A mail, its link, a form that took a password, and the day after the same form refused. */
export function phishingClick(device: Device, end: number): Visit[] {
  const { day, mailHost, redirectHost, formHost } = INCIDENTS.phishing;
  const mail = singleSite(mailHost, 'bluebird.example', ['Web-based Email', 'SaaS and B2B'], '192.0.2.2');
  const redirect = singleSite(redirectHost, 'parcel-redelivery.example', ['Newly Seen Domains'], '198.51.100.91');
  const form = singleSite(formHost, 'harborside-payroll.example', ['Newly Seen Domains'], '198.51.100.92');
  const known = { ...form, categories: ['Phishing', 'Newly Seen Domains'] };
  const click = midnightBefore(end, day) + 10 * HOUR + 12 * MINUTE;
  const html = 'text/html; charset=utf-8';
  const mailUrl = `https://${mailHost}/inbox/message/48213`;
  const formUrl = `https://${formHost}/session?u=accounts`;
  const refused = (time: number): Visit =>
    visit({
      time,
      device,
      site: known,
      verdict: 'blocked',
      blockedFor: ['Phishing'],
      requests: [request({ path: '/session?u=accounts', status: 403, mime: html, blockedFor: ['Phishing'] })],
    });
  return [
    visit({ time: click, device, site: mail, requests: [request({ path: '/inbox/message/48213', mime: html })] }),
    visit({
      time: click + 8_000,
      device,
      site: redirect,
      requests: [request({ path: '/r/7Q2x', status: 302, mime: html, referer: mailUrl })],
    }),
    visit({
      time: click + 9_000,
      device,
      site: form,
      requests: [
        request({ path: '/session?u=accounts', mime: html, referer: mailUrl }),
        request({
          delay: 41_000,
          method: 'POST',
          path: '/session',
          status: 302,
          mime: html,
          referer: formUrl,
          requestBytes: 1_893,
        }),
      ],
    }),
    refused(click + 25 * MINUTE),
    refused(click + 26 * MINUTE),
    refused(click + 24 * HOUR),
  ];
}

/** Two afternoons of a miner that tries one pool after the other and gets none. */
export function miner(device: Device, end: number, random: Random): Visit[] {
  const { hosts, firstDay, lastDay } = INCIDENTS.miner;
  const pools = hosts.map((host) =>
    singleSite(host, host.slice(host.indexOf('.') + 1), ['Cryptomining'], '192.0.2.201'),
  );
  const tries: Visit[] = [];
  for (let day = firstDay; day >= lastDay; day--) {
    const noon = midnightBefore(end, day) + 12 * HOUR;
    for (let i = 0; i < 150; i++) {
      const site = pools[i % pools.length] as (typeof pools)[number];
      const time = noon + i * 2 * MINUTE + random.int(4_000);
      tries.push(visit({ time, device, site, requests: [], verdict: 'blocked', blockedFor: site.categories }));
    }
  }
  return tries;
}

/** One knock of the scanner on one port. */
export interface Probe {
  readonly time: number;
  readonly port: number;
}

const WELL_KNOWN = [21, 22, 23, 80, 102, 443, 445, 502, 1433, 3306, 3389, 5900, 8080, 44818];

/** 02:14 UTC, three minutes, four hundred ports. */
export function portScan(end: number, random: Random): Probe[] {
  const begin = midnightBefore(end, INCIDENTS.scan.day) + 2 * HOUR + 14 * MINUTE;
  return Array.from({ length: INCIDENTS.scan.ports }, (_, index) => ({
    time: begin + index * 450 + random.int(300),
    port: WELL_KNOWN[index] ?? 10_000 + index * 7,
  }));
}
