import { seededRandom } from '../../kit/random.ts';
import { type Site, sitesOf, type Trade } from './domains.ts';
import { FACTORY, OFFICE, type Profile, SCHOOL } from './schedule.ts';

/** A building with its own line to the Internet. */
export interface Office {
  /** Label of the `Sites` identity. */
  readonly site: string;
  /** Label of the `Networks` identity. */
  readonly network: string;
  readonly externalAddress: string;
  readonly resolver: string;
  readonly tunnel: string;
}

export interface Device {
  readonly name: string;
  /** Label of its identity type, as the export spells it. */
  readonly type: string;
  readonly address: string;
  readonly address6: string | null;
  readonly office: Office;
  /** Directory user in front of it, where the log names users. */
  readonly user: string | null;
  readonly agent: string;
  /** Servers and machines: they work when nobody is in. */
  readonly alwaysOn: boolean;
  /** Where it goes most of the time, the favourite first. */
  readonly favourites: readonly Site[];
}

export interface Plan {
  readonly slug: string;
  readonly name: string;
  readonly parent: string | null;
  /** The number its Umbrella export carries. */
  readonly umbrellaId: string;
  readonly profile: Profile;
  readonly sites: readonly Site[];
  readonly devices: readonly Device[];
}

interface Fleet {
  readonly prefix: string;
  readonly count: number;
  readonly type: string;
  readonly agent: string;
  readonly alwaysOn?: boolean;
  /** The first devices of the fleet have these users. */
  readonly users?: readonly string[];
}

interface Blueprint {
  readonly slug: string;
  readonly name: string;
  readonly parent: string | null;
  readonly umbrellaId: string;
  readonly profile: Profile;
  readonly trade: Trade;
  /** Second octet of its addresses, `10.<octet>.0.0/16`. */
  readonly octet: number;
  readonly offices: readonly string[];
  readonly fleets: readonly Fleet[];
}

const WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36';
const MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15';
const LINUX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const PHONE =
  'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36';
const SERVER = 'curl/8.5.0';
const DEVICE = 'ESP32 HTTP Client/1.0';

const PROVIDER_SLUG = 'larkspur-it';

const PROVIDER: Blueprint = {
  slug: PROVIDER_SLUG,
  name: 'Larkspur IT Services',
  parent: null,
  umbrellaId: '8230010',
  profile: OFFICE,
  trade: 'it',
  octet: 10,
  offices: ['Larkspur Office'],
  fleets: [
    { prefix: 'LARK-NB', count: 6, type: 'Roaming Computers', agent: MAC },
    { prefix: 'lark-monitor', count: 2, type: 'Internal Networks', agent: SERVER, alwaysOn: true },
  ],
};

const CLINIC: Blueprint = {
  slug: 'harborside-clinic',
  name: 'Harborside Clinic',
  parent: PROVIDER_SLUG,
  umbrellaId: '8230011',
  profile: OFFICE,
  trade: 'clinic',
  octet: 20,
  offices: ['Harborside Main Building', 'Harborside East Practice'],
  fleets: [
    { prefix: 'LAPTOP', count: 14, type: 'Roaming Computers', agent: WINDOWS },
    {
      prefix: 'finance-ws',
      count: 4,
      type: 'AD Computers',
      agent: WINDOWS,
      users: [
        'Accounts One (accounts1@harborside-clinic.example)',
        'Accounts Two (accounts2@harborside-clinic.example)',
      ],
    },
    {
      prefix: 'reception-pc',
      count: 3,
      type: 'AD Computers',
      agent: WINDOWS,
      // A comma inside one label, as directories write names (spec log-formats.md, 1.1).
      users: ['Desk, Front (front.desk@harborside-clinic.example)'],
    },
    { prefix: 'ward-tablet', count: 8, type: 'Mobile Devices', agent: PHONE },
    { prefix: 'imaging-srv', count: 3, type: 'Internal Networks', agent: SERVER, alwaysOn: true },
  ],
};

const SCHOOL_BLUEPRINT: Blueprint = {
  slug: 'elmfield-school',
  name: 'Elmfield School',
  parent: PROVIDER_SLUG,
  umbrellaId: '8230012',
  profile: SCHOOL,
  trade: 'school',
  octet: 30,
  offices: ['Elmfield Campus'],
  fleets: [
    { prefix: 'lab-pc', count: 24, type: 'Internal Networks', agent: LINUX },
    { prefix: 'staff-nb', count: 10, type: 'Internal Networks', agent: MAC },
    { prefix: 'pupil-tab', count: 20, type: 'Internal Networks', agent: PHONE },
    { prefix: 'school-srv', count: 2, type: 'Internal Networks', agent: SERVER, alwaysOn: true },
  ],
};

const WORKS: Blueprint = {
  slug: 'copperline-works',
  name: 'Copperline Works',
  parent: PROVIDER_SLUG,
  umbrellaId: '8230013',
  profile: FACTORY,
  trade: 'factory',
  octet: 40,
  offices: ['Copperline Plant'],
  fleets: [
    { prefix: 'OFFICE-PC', count: 8, type: 'Roaming Computers', agent: WINDOWS },
    { prefix: 'CNC-PC', count: 4, type: 'Roaming Computers', agent: WINDOWS, alwaysOn: true },
    { prefix: 'plc-gateway', count: 3, type: 'Internal Networks', agent: DEVICE, alwaysOn: true },
    { prefix: 'SALES-NB', count: 5, type: 'Anyconnect Roaming Client', agent: WINDOWS },
  ],
};

interface Plans {
  readonly provider: Plan;
  readonly clinic: Plan;
  readonly school: Plan;
  readonly works: Plan;
}

/** The cast. The seed decides who likes what, never who there is. */
export function plans(seed: number): Plans {
  return {
    provider: plan(PROVIDER, seed),
    clinic: plan(CLINIC, seed),
    school: plan(SCHOOL_BLUEPRINT, seed),
    works: plan(WORKS, seed),
  };
}

/** The device of that name; throws where the cast lacks it. */
export function deviceNamed(plan: Plan, name: string): Device {
  const device = plan.devices.find((candidate) => candidate.name === name);
  if (!device) throw new Error(`${plan.slug} has no device ${name}`);
  return device;
}

/** The identities of a device in an Umbrella export, the one that decided first, and their types. */
export function identitiesOf(device: Device): { labels: string[]; types: string[] } {
  const { office, user } = device;
  const labels = [device.name, office.site, office.network];
  const types = [device.type, 'Sites', 'Networks'];
  return user === null ? { labels, types } : { labels: [user, ...labels], types: ['AD Users', ...types] };
}

function plan(blueprint: Blueprint, seed: number): Plan {
  const { slug, name, parent, umbrellaId, profile, octet } = blueprint;
  const sites = sitesOf(blueprint.trade);
  const offices = blueprint.offices.map((site, index) => office(site, octet, index));
  const devices = blueprint.fleets.flatMap((fleet, fleetIndex) =>
    Array.from({ length: fleet.count }, (_, index) => {
      const officeIndex = index % offices.length;
      const host = 10 + fleetIndex * 40 + index;
      return device(fleet, index, {
        office: offices[officeIndex] as Office,
        address: `10.${octet}.${officeIndex}.${host}`,
        address6: index % 3 === 0 ? `2001:db8:${octet}:${officeIndex}::${host.toString(16)}` : null,
        favourites: favourites(sites, `${seed}/${slug}/${fleet.prefix}/${index}`),
      });
    }),
  );
  return { slug, name, parent, umbrellaId, profile, sites, devices };
}

function device(
  fleet: Fleet,
  index: number,
  place: Pick<Device, 'office' | 'address' | 'address6' | 'favourites'>,
): Device {
  return {
    ...place,
    name: `${fleet.prefix}-${String(index + 1).padStart(2, '0')}`,
    type: fleet.type,
    user: fleet.users?.[index] ?? null,
    agent: fleet.agent,
    alwaysOn: fleet.alwaysOn ?? false,
  };
}

function office(site: string, octet: number, index: number): Office {
  return {
    site,
    network: `${site} Network`,
    externalAddress: `203.0.113.${octet + index}`,
    resolver: `10.${octet}.${index}.2`,
    tunnel: `${site} Tunnel`,
  };
}

const FAVOURITES = 14;

function favourites(sites: readonly Site[], seed: string): Site[] {
  const random = seededRandom(seed);
  const chosen = new Set<Site>();
  while (chosen.size < FAVOURITES) chosen.add(sites[random.zipf(sites.length)] as Site);
  return [...chosen];
}
