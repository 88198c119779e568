import { join } from 'node:path';
import { DAY_MS } from '../../kit/durations.ts';
import { seededRandom } from '../../kit/random.ts';
import type { BackupFormat } from './backup-nights.ts';
import { writeBackups } from './backups.ts';
import { beacon, INCIDENTS, miner, phishingClick, portScan } from './incidents.ts';
import { deviceNamed, type Plan, plans } from './organizations.ts';
import type { Period } from './schedule.ts';
import { suricataLines, writeSuricata } from './suricata.ts';
import { type Render, trafficOf, type Visit } from './traffic.ts';
import { dnsLines, sigLines, writeUmbrella } from './umbrella.ts';
import { writeZeek, zeekLines } from './zeek.ts';

export { writeScaleDns, writeScaleEve } from './scale.ts';
export { INCIDENTS };

export interface DemoOptions {
  /** Where the files go; made where it is missing. */
  readonly folder: string;
  readonly seed: number;
  /** "Now": nothing happens at or after this instant. */
  readonly end: Date;
  /** How many days before the end the traffic begins. Incidents outside that time do not happen. */
  readonly days: number;
  /** About how many events in all organizations together; the incidents need about 2,500 of them. */
  readonly events: number;
}

export type DemoFormat = 'umbrella-csv' | 'suricata-eve' | 'zeek' | BackupFormat;

export interface DemoOrganization {
  readonly slug: string;
  readonly name: string;
  /** Slug of the organization above; null at the top. */
  readonly parent: string | null;
  readonly files: readonly { readonly path: string; readonly format: DemoFormat }[];
}

/**
 * Writes the traffic of one provider and its three customers in the formats of their products, and returns which organization
 * each file belongs to, parents before children. The same options give the same bytes.
 */
export async function writeDemo(options: DemoOptions): Promise<DemoOrganization[]> {
  const context = contextOf(options);
  const { provider, clinic, school, works } = plans(options.seed);
  const traffic: readonly (readonly [Plan, readonly DemoFile[]])[] = [
    [provider, await umbrella(context, provider, { share: 0.03, packageName: 'dns', gzip: false, incidents: [] })],
    [
      clinic,
      await umbrella(context, clinic, {
        share: 0.45,
        packageName: 'sig',
        gzip: true,
        incidents: clinicIncidents(context, clinic),
      }),
    ],
    [school, await zeek(context, school, 0.27)],
    [
      works,
      [
        ...(await suricata(context, works, 0.18)),
        ...(await umbrella(context, works, {
          share: 0.07,
          packageName: 'dns',
          gzip: true,
          incidents: worksIncidents(context, works),
        })),
      ],
    ],
  ];
  const organizations: DemoOrganization[] = [];
  for (const [plan, files] of traffic)
    organizations.push(describe(plan, [...files, ...(await backups(context, plan))]));
  return organizations;
}

interface Context {
  readonly folder: string;
  readonly seed: number;
  readonly period: Period;
  readonly events: number;
}

function contextOf({ folder, seed, end, days, events }: DemoOptions): Context {
  if (!(days > 0)) throw new RangeError(`demo: days must be positive, not ${days}`);
  if (!(events >= 0)) throw new RangeError(`demo: events must not be negative, not ${events}`);
  const period = { start: end.getTime() - days * DAY_MS, end: end.getTime() };
  if (Number.isNaN(period.end)) throw new RangeError('demo: end is not a date');
  return { folder, seed, period, events };
}

type DemoFile = DemoOrganization['files'][number];

const describe = ({ slug, name, parent }: Plan, files: readonly DemoFile[]): DemoOrganization => ({
  slug,
  name,
  parent,
  files,
});

const inFormat = (format: DemoFormat, paths: readonly string[]): DemoFile[] => paths.map((path) => ({ path, format }));

interface UmbrellaMix {
  /** Part of all events. */
  readonly share: number;
  readonly packageName: 'sig' | 'dns';
  readonly gzip: boolean;
  readonly incidents: readonly Visit[];
}

async function umbrella(context: Context, plan: Plan, mix: UmbrellaMix): Promise<DemoFile[]> {
  const { period } = context;
  const common = commonOptions(context, plan, mix.share, 'umbrella');
  const lines = mix.packageName === 'sig' ? sigLines : dnsLines;
  const render: Render = (visit, random) => lines(visit, plan, period, random);
  const visits = trafficOf({ ...common, lines: common.events, incidents: mix.incidents, render });
  return inFormat(
    'umbrella-csv',
    await writeUmbrella(visits, { ...common, gzip: mix.gzip, packageName: mix.packageName }),
  );
}

async function suricata(context: Context, plan: Plan, share: number): Promise<DemoFile[]> {
  const { period } = context;
  const common = commonOptions(context, plan, share, 'suricata');
  const probes = within(period, portScan(period.end, seededRandom(`${context.seed}/port scan`)));
  const render: Render = (visit, random) => suricataLines(visit, period, random);
  const visits = trafficOf({ ...common, lines: common.events - probes.length * 1.2, incidents: [], render });
  return inFormat('suricata-eve', await writeSuricata(visits, { ...common, probes }));
}

async function zeek(context: Context, plan: Plan, share: number): Promise<DemoFile[]> {
  const common = commonOptions(context, plan, share, 'zeek');
  const render: Render = (visit, random) => zeekLines(visit, context.period, random);
  const visits = trafficOf({ ...common, lines: common.events, incidents: [], render });
  return inFormat('zeek', await writeZeek(visits, common));
}

function backups({ folder, seed, period }: Context, { slug }: Plan): Promise<DemoFile[]> {
  return writeBackups(slug, { folder: join(folder, slug), seed: `${seed}/${slug}`, period });
}

function commonOptions({ folder, seed, period, events }: Context, plan: Plan, share: number, product: string) {
  return {
    folder: join(folder, plan.slug),
    seed: `${seed}/${plan.slug}/${product}`,
    period,
    plan,
    events: events * share,
  };
}

function clinicIncidents({ seed, period }: Context, plan: Plan): Visit[] {
  const laptop = deviceNamed(plan, INCIDENTS.beacon.device);
  const workstation = deviceNamed(plan, INCIDENTS.phishing.device);
  const random = seededRandom(`${seed}/beacon`);
  return within(period, [...beacon(laptop, period.end, random), ...phishingClick(workstation, period.end)]);
}

function worksIncidents({ seed, period }: Context, plan: Plan): Visit[] {
  const machine = deviceNamed(plan, INCIDENTS.miner.device);
  return within(period, miner(machine, period.end, seededRandom(`${seed}/miner`)));
}

function within<T extends { time: number }>({ start, end }: Period, items: readonly T[]): T[] {
  return items.filter(({ time }) => time >= start && time < end).sort((a, b) => a.time - b.time);
}
