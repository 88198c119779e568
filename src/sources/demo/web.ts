import type { Random } from '../../kit/random.ts';
import type { Device } from './organizations.ts';
import type { Visit, WebRequest } from './traffic.ts';

const PAGES: readonly (readonly [path: string, mime: string, bytes: number])[] = [
  ['/', 'text/html; charset=utf-8', 42_000],
  ['/app.js', 'application/javascript', 310_000],
  ['/style.css', 'text/css', 28_000],
  ['/img/header.webp', 'image/webp', 96_000],
  ['/api/v1/items?page=1&sort="date",desc', 'application/json', 5_200],
  ['/search?q=opening%20hours', 'text/html; charset=utf-8', 61_000],
  ['/favicon.ico', 'image/x-icon', 1_150],
];

const FILES: readonly (readonly [name: string, mime: string, bytes: number])[] = [
  ['price-list.pdf', 'application/pdf', 780_000],
  ['setup-2.4.1.msi', 'application/x-msi', 24_500_000],
  ['term plan, week 3.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 188_000],
  ['backup-tools.zip', 'application/zip', 6_100_000],
];

const MALWARE = ['Win.Dropper.Demo-1', 'Doc.Downloader.Demo-7', 'Js.Trojan.Demo-3'];
const STATUSES = [200, 200, 200, 200, 200, 200, 200, 304, 304, 302, 404, 500];

/** What a visit asked of the web server: as told by the incident, or one to three requests. Nothing where no server was found. */
export function requestsOf(visit: Visit, random: Random): readonly WebRequest[] {
  if (visit.requests) return visit.requests;
  if (visit.rcode !== 'NOERROR') return [];
  if (visit.verdict === 'blocked')
    return [{ ...page(visit, random, 0), status: 403, responseBytes: 1_024, blockedFor: visit.blockedFor }];
  return Array.from({ length: random.between(1, 3) }, (_, index) =>
    index === 0 && random.chance(0.05) ? file(visit.device, random) : page(visit, random, index),
  );
}

function page(visit: Visit, random: Random, index: number): WebRequest {
  const [path, mime, bytes] = random.pick(PAGES);
  const status = random.pick(STATUSES);
  const post = mime === 'application/json' && random.chance(0.4);
  return {
    delay: 30 + index * random.between(40, 600),
    method: post ? 'POST' : 'GET',
    path,
    status,
    referer: index === 0 ? '' : urlOf(visit, '/'),
    mime,
    requestBytes: random.between(320, 1_400) + (post ? 2_000 : 0),
    responseBytes: status === 304 ? 0 : Math.round(bytes * (0.5 + random.next())),
    download: null,
    blockedFor: [],
  };
}

function file(device: Device, random: Random): WebRequest {
  const [name, mime, bytes] = random.pick(FILES);
  const malware = !device.alwaysOn && random.chance(0.06) ? random.pick(MALWARE) : null;
  return {
    delay: random.between(50, 900),
    method: 'GET',
    path: `/files/${encodeURIComponent(name)}`,
    status: malware ? 403 : 200,
    referer: '',
    mime,
    requestBytes: random.between(400, 900),
    responseBytes: Math.round(bytes * (0.9 + random.next() / 5)),
    download: { name, sha256: random.hex(64), malware },
    blockedFor: malware ? ['Malware'] : [],
  };
}

export function urlOf(visit: Pick<Visit, 'site' | 'host'>, path: string): string {
  return `${visit.site.secure ? 'https' : 'http'}://${visit.host}${path}`;
}
