import { HOUR_MS } from '../../kit/durations.ts';
import type { Random } from '../../kit/random.ts';
import { INCIDENTS } from './incidents.ts';
import type { LogEntry, LogLine } from './log-files.ts';
import { type Device, deviceNamed, type Plan } from './organizations.ts';
import { eventTimes, midnightBefore, type Period } from './schedule.ts';
import { type ZeekValue, zeekRow } from './zeek-logs.ts';

const WEIRDS = [
  'bad_TCP_checksum',
  'dns_unmatched_reply',
  'truncated_header',
  'possible_split_routing',
  'window_recision',
];

const NOTICES: readonly (readonly [note: string, message: string, sub: string | null])[] = [
  [
    'SSL::Invalid_Server_Cert',
    'SSL certificate validation failed with (self signed certificate)',
    'CN=printer.elmfield-school.example,O=Elmfield\\, School',
  ],
  ['CaptureLoss::Too_Much_Loss', 'The capture loss script detected an estimated loss rate above 0.814%', null],
  ['HTTP::SQL_Injection_Attacker', 'An SQL injection attacker was discovered!', null],
];

/** Notices and protocol oddities, mostly the latter. */
export function* oddityEntries(plan: Plan, period: Period, random: Random, count: number): Generator<LogEntry> {
  for (const time of eventTimes(random, period, plan.profile, count)) {
    const device = random.pick(plan.devices);
    yield {
      time,
      lines: [random.chance(0.2) ? noticeLine(time, device, plan, random) : weirdLine(time, device, plan, random)],
    };
  }
}

type Row = Readonly<Record<string, ZeekValue>>;

function connectionOf(time: number, device: Device, plan: Plan, random: Random): Row {
  return {
    ts: time / 1000,
    uid: `C${random.hex(16)}`,
    'id.orig_h': device.address,
    'id.orig_p': random.between(49_152, 65_535),
    'id.resp_h': random.pick(plan.sites).address,
    'id.resp_p': 443,
  };
}

function weirdLine(time: number, device: Device, plan: Plan, random: Random): LogLine {
  const row = {
    ...connectionOf(time, device, plan, random),
    name: random.pick(WEIRDS),
    notice: false,
    peer: 'zeek',
    source: 'TCP',
  };
  return { log: 'weird', text: zeekRow('weird', row) };
}

function noticeLine(time: number, device: Device, plan: Plan, random: Random): LogLine {
  const [note, msg, sub] = random.pick(NOTICES);
  // Only some notices belong to a connection; the others name the source alone, or nobody.
  const about: Row =
    note === 'CaptureLoss::Too_Much_Loss'
      ? { ts: time / 1000 }
      : { ...connectionOf(time, device, plan, random), proto: 'tcp', src: device.address, p: 443 };
  return { log: 'notice', text: zeekRow('notice', { ...about, note, msg, sub, ...NOTICE_END }) };
}

const NOTICE_END: Row = { peer_descr: 'zeek', actions: ['Notice::ACTION_LOG'], email_dest: [], suppress_for: 3600 };

/** A computer room machine that tries its neighbour's ports; null when its day lies outside the period. */
export function campusScan(plan: Plan, period: Period): LogEntry | null {
  const { day, device } = INCIDENTS.campusScan;
  const time = midnightBefore(period.end, day) + 13 * HOUR_MS + 20 * 60_000;
  if (time < period.start) return null;
  const src = deviceNamed(plan, device).address;
  const dst = deviceNamed(plan, 'school-srv-01').address;
  const msg = `${src} scanned at least 15 unique ports of host ${dst} in 0m12s`;
  const row = { ts: time / 1000, note: 'Scan::Port_Scan', msg, sub: 'local', src, dst, ...NOTICE_END };
  return { time, lines: [{ log: 'notice', text: zeekRow('notice', row) }] };
}
