import type { InjectOptions } from 'fastify';
import { seededRandom } from '../../../src/kit/random.ts';
import { openWorld, type World } from '../../world.ts';
import type { Caller } from '../callers.ts';
import { idsOfNobody, type Reaching, reachings } from '../foreign-probes.ts';
import { atScale, type PromiseRun, type PublicPromise } from '../promise.ts';
import { type GuardedRoute, guardedRoutes } from '../route-policies.ts';
import { type Ids, sampleRequest } from '../sample-requests.ts';
import { openTenants, type Tenant } from '../tenants.ts';

const PROMISED = 35_000;

export const organizationsAreIsolated: PublicPromise = {
  id: 'R8',
  claim: 'One organization never sees another',
  figure: '35,000 probes made from the route tables: nothing of others, and the answer of what does not exist',
  noShare:
    'five organizations with one of everything take too long to make; test/e2e/tenancy asks the Umbrella surfaces with every run',
  async check(run) {
    // Without a domain of its own, any host name may be that of an organization.
    const world = await openWorld({ usmDomain: null });
    try {
      const tenants = await openTenants(world);
      const probes = probesOf(tenants);
      const chosen = sample(probes, atScale(run, { share: 300, full: PROMISED }));
      const faults = await faultsOf(world, chosen, run);
      const seen = await ownTexts(world, tenants);
      const shows = seen > 100 ? '' : `; only ${seen} answers show what is the caller's own`;
      const asked = atScale(run, { share: 0, full: PROMISED });
      const first = faults.length === 0 ? '' : `, first ${faults[0]}`;
      const measured = `${chosen.length} of ${probes.length} probes, ${faults.length} with something of others${first}${shows}`;
      return { kept: faults.length === 0 && shows === '' && chosen.length >= asked, measured };
    } finally {
      await world.close();
    }
  },
};

interface Probe {
  readonly route: GuardedRoute;
  readonly caller: Caller | null;
  readonly own: Tenant;
  readonly other: Tenant;
  readonly reaching: Reaching;
  /** Words of those above `own`. */
  readonly above: readonly string[];
}

/** Every way of every caller to every organization that it does not reach. */
function probesOf(tenants: readonly Tenant[]): Probe[] {
  return guardedRoutes().flatMap((route) =>
    tenants.flatMap((own) => {
      const ways = reachings(route, own.ids);
      const others = tenants.filter(({ word }) => !own.sees.has(word));
      // The labels of those above are there for it to use.
      const isInherited = ({ name }: Reaching, other: Tenant) => name === 'label' && other.sees.has(own.word);
      const above = wordsAbove(tenants, own);
      const callers = [null, ...own.callers.filter((caller) => isAsked(caller, route))];
      return others.flatMap((other) =>
        callers.flatMap((caller) =>
          ways.flatMap((reaching) =>
            isInherited(reaching, other) ? [] : [{ route, caller, own, other, reaching, above }],
          ),
        ),
      );
    }),
  );
}

/** Callers of other surfaces are refused before anything is looked up; R9 asks that of each. */
function isAsked(caller: Caller, { surface, access }: GuardedRoute): boolean {
  if (!caller.surfaces.includes(surface)) return false;
  return (caller.kind === 'key') === (access === 'key' || surface === 'umbrella-v1');
}

function sample<Item>(items: readonly Item[], size: number): Item[] {
  const random = seededRandom('isolation');
  return size >= items.length ? [...items] : Array.from({ length: size }, () => random.pick(items));
}

async function faultsOf(world: World, probes: readonly Probe[], run: PromiseRun): Promise<string[]> {
  const faults: string[] = [];
  for (const [index, probe] of probes.entries()) {
    const fault = await faultOf(world, probe);
    if (fault !== undefined) {
      faults.push(fault);
      if (faults.length <= 200) run.log(fault);
    }
    if (index % 5_000 === 4_999) run.log(`${index + 1} of ${probes.length} probes`);
  }
  return faults;
}

async function faultOf(world: World, probe: Probe): Promise<string | undefined> {
  const { route, caller, own, other, reaching } = probe;
  const headers = caller?.headers ?? {};
  const nobody = idsOfNobody(other.ids);
  const foreign = await telling(world, withHeaders(reaching.request(other.ids), headers));
  const missing = await telling(world, withHeaders(reaching.request(nobody), headers));
  const about = `${route.method} ${route.url} by ${caller?.name ?? 'nobody'}, ${reaching.name} of ${other.word}`;
  const text = withoutInherited(route, foreign.replaceAll(other.ids.slug, ''), probe.above);
  const told = wordsIn(text).filter((word) => !own.sees.has(word));
  if (told.length > 0) return `${about}: tells of ${told}: ${foreign.slice(0, 300)}`;
  // A label of those above stands in both answers.
  const isAbove = probe.above.includes(other.word);
  const asked = isAbove ? missing.replaceAll(other.ids.label, nobody.label) : missing;
  const [left, right] = [masked(foreign, other.ids), masked(asked, nobody)];
  return left === right ? undefined : `${about}: ${difference(left, right)}`;
}

function withHeaders(request: InjectOptions, headers: Readonly<Record<string, string>>): InjectOptions {
  return { ...request, headers: { ...headers, ...request.headers } };
}

/** Status, headers and body, without what differs from one moment to the next. */
async function telling({ app }: World, request: InjectOptions): Promise<string> {
  const { statusCode, payload, headers } = await app.inject(request);
  const { date: _date, 'x-request-id': _id, 'content-length': _length, ...others } = headers;
  return `${statusCode} ${JSON.stringify(others)} ${payload}`;
}

const UUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g;

/** With the names of what was asked about in the place of its ids, and none of what is sealed or made up anew each time. */
function masked(text: string, ids: Ids): string {
  const names = new Map(Object.entries(ids).map(([name, id]) => [String(id), name]));
  const withoutUuids = text.replaceAll(UUID, (uuid) => `<${names.get(uuid) ?? 'uuid'}>`);
  const named = Object.entries(ids).reduce((left, [name, id]) => {
    const spellings = [String(id), encodeURIComponent(id), encodeURIComponent(encodeURIComponent(id))];
    return spellings.reduce((rest, spelling) => rest.replaceAll(standingAlone(spelling, text), `<${name}>`), left);
  }, withoutUuids);
  return named
    .replaceAll(/(moment=|cursor":"|cursor=|access_token":"|jti":")[^"&]*/g, '$1')
    .replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+/g, '<time>');
}

/** A number where it is no part of another; a short one in a list only where it is echoed, since it may be anything there. */
function standingAlone(spelling: string, text: string): string | RegExp {
  if (!/^\d+$/.test(spelling)) return spelling;
  const isAnything = spelling.length < 7 && text.startsWith('2');
  const [before, behind] = isAnything ? ['(?<=["/]|%22)', '(?=["/?&\\\\]|%22)'] : ['(?<!\\d)', '(?!\\d)'];
  return new RegExp(`${before}${spelling}${behind}`, 'g');
}

/** Two texts where they begin to differ. */
function difference(left: string, right: string): string {
  const at = [...left].findIndex((character, index) => character !== right[index]);
  const from = Math.max(0, at - 60);
  return `${left.slice(0, 3)} …${left.slice(from, from + 160)} but of nobody ${right.slice(0, 3)} …${right.slice(from, from + 160)}`;
}

const wordsIn = (text: string): string[] => [...new Set(text.match(/zq\d\d/g))];

/** How many answers about what a caller reaches show its words, and that none shows others': without that, silence proves nothing. */
async function ownTexts(world: World, tenants: readonly Tenant[]): Promise<number> {
  let shown = 0;
  for (const route of guardedRoutes().filter(({ method }) => method === 'GET')) {
    for (const tenant of tenants) {
      const { ids, callers, sees } = tenant;
      for (const caller of callers.filter((each) => isAsked(each, route)).slice(0, 1)) {
        const text = await telling(world, withHeaders(sampleRequest(route, ids), caller.headers));
        const words = wordsIn(withoutInherited(route, text, wordsAbove(tenants, tenant)));
        const foreign = words.filter((word) => !sees.has(word));
        if (foreign.length > 0) throw new Error(`${route.url} shows ${caller.name} ${foreign}: ${text.slice(0, 500)}`);
        if (words.length > 0) shown += 1;
      }
    }
  }
  return shown;
}

function wordsAbove(tenants: readonly Tenant[], own: Tenant): string[] {
  return tenants.filter((tenant) => tenant !== own && tenant.sees.has(own.word)).map(({ word }) => word);
}

/** Without what an organization is meant to see of those above: their labels, and their names in its trail. */
function withoutInherited({ url }: GuardedRoute, text: string, above: readonly string[]): string {
  const shapes: readonly [string, (word: string) => string][] = [
    ['/audit-trails', (word) => `Firm ${word}`],
    ['/labels', (word) => `label-${word}`],
  ];
  const shape = shapes.find(([end]) => url.endsWith(end))?.[1];
  return shape === undefined ? text : above.reduce((rest, word) => rest.replaceAll(shape(word), ''), text);
}
