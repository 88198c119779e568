import { randomUUID } from 'node:crypto';
import { openWorld, type World } from '../../world.ts';
import { type Caller, callersOf } from '../callers.ts';
import { atScale, type PublicPromise } from '../promise.ts';
import { type GuardedRoute, guardedRoutes, mountedRoutes } from '../route-policies.ts';
import { type Ids, sampleRequest } from '../sample-requests.ts';

export const everyRouteHasAPolicy: PublicPromise = {
  id: 'R9',
  claim: 'Every route says who may use it',
  figure: 'every route of every API, for every kind of caller',
  async check(run) {
    const world = await openWorld();
    try {
      const routes = guardedRoutes();
      const faults = unlisted(routes, mountedRoutes(world.routes));
      const callers = await callersOf(world, world.organizations.branch);
      let asked = 0;
      for (const [index, route] of routes.entries()) {
        const turn = index % callers.length;
        const some = atScale(run, { share: callers.slice(turn, turn + 1), full: callers });
        const found = await Promise.all([null, ...some].map((caller) => faultOf(world, route, caller)));
        faults.push(...found.filter((fault) => fault !== undefined));
        asked += found.length;
      }
      for (const fault of faults.slice(0, 20)) run.log(fault);
      const wrong = faults.length === 0 ? 'all as the table says' : `${faults.length} wrong, first ${faults[0]}`;
      const measured = `${routes.length} routes, ${callers.length + 1} kinds of callers, ${asked} requests: ${wrong}`;
      return { kept: faults.length === 0, measured };
    } finally {
      await world.close();
    }
  },
};

/** Routes that the table lacks, and lines of the table that are no route. */
function unlisted(routes: readonly GuardedRoute[], mounted: readonly string[]): string[] {
  const listed = new Set(routes.map(({ method, url }) => `${method} ${url}`));
  const there = new Set(mounted);
  return [
    ...[...there].filter((route) => !listed.has(route)).map((route) => `${route} has no policy`),
    ...[...listed].filter((route) => !there.has(route)).map((route) => `${route} has a policy and is no route`),
  ];
}

async function faultOf(world: World, route: GuardedRoute, caller: Caller | null): Promise<string | undefined> {
  const expected = expectedOf(route, caller);
  const request = sampleRequest(route, idsIn(world));
  const answer = await world.app.inject({ ...request, headers: { ...request.headers, ...caller?.headers } });
  const { statusCode: status } = answer;
  const seen = status === 401 || status === 403 || status >= 500 ? status : 'answered';
  if (seen === expected) return undefined;
  return `${route.method} ${route.url} for ${caller?.name ?? 'nobody'}: ${status}, not ${expected}`;
}

function expectedOf({ surface, access }: GuardedRoute, caller: Caller | null): 401 | 403 | 'answered' {
  if (access === 'public') return 'answered';
  if (caller === null) return 401;
  if (!caller.surfaces.includes(surface)) return 401;
  if ((caller.kind === 'key') !== (access === 'key' || surface === 'umbrella-v1')) return 401;
  if (access === 'key') return 'answered';
  if (access === 'member') return 'answered';
  if (access === 'operator') return caller.kind === 'operator' ? 'answered' : 403;
  if (access === 'administer from above' && !caller.isAbove) return 403;
  const permission = access.replace('link or ', '').replace(' from above', '');
  return [...caller.permissions].some((held) => held === permission) ? 'answered' : 403;
}

/** Of the caller's own organization, with ids of things it does not have: what is permitted changes nothing. */
function idsIn({ organizations: { branch } }: World): Ids {
  const nothing = randomUUID();
  return {
    number: branch.id,
    slug: branch.slug,
    uuid: branch.uuid,
    alarm: nothing,
    event: nothing,
    label: nothing,
    suppressionRule: nothing,
    client: '0'.repeat(32),
    identity: 1,
    report: nothing,
    task: nothing,
    configuration: nothing,
    run: nothing,
    individualAlert: nothing,
    consolidatedAlert: nothing,
    securityReport: nothing,
    cursor: '*',
  };
}
