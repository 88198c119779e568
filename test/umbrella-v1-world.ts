import type { LightMyRequestResponse as Response } from 'fastify';
import { ROUTES } from '../src/dialects/umbrella-v1/routes/index.ts';
import type { Organization } from '../src/model/organization.ts';
import type { TestRecord } from './records-format.ts';
import { basicOf } from './umbrella-credentials.ts';
import { openWorld, type World } from './world.ts';

export type Headers = Readonly<Record<string, string>>;

/** A world in which every organization has a key and a few events, as callers of Umbrella v1 meet it. */
export interface V1World {
  readonly world: World;
  /** The headers of the organization's key. */
  keyOf(organization: Organization): Headers;
  ask(url: string, headers?: Headers): Promise<Response>;
}

export async function openV1World(): Promise<V1World> {
  const world = await openWorld();
  const keys = new Map<number, Headers>();
  for (const organization of Object.values(world.organizations)) {
    keys.set(organization.id, basicOf(await world.createClient(organization)));
    await world.load(organization, eventsOf(organization));
  }
  return {
    world,
    keyOf: ({ id }) => keys.get(id) ?? {},
    ask: (url, headers = {}) => world.app.inject({ url, headers }),
  };
}

/** Every route of the surface, about one organization. */
export function v1PathsOf({ id }: { readonly id: number }): string[] {
  return ROUTES.map(({ path }) => `/v1/organizations/${id}${path.replace(':destination', 'shared.example')}`);
}

/** Three requests of a day that ends at noon, one of them blocked, and one of the week before. */
function eventsOf({ slug }: Organization): TestRecord[] {
  const dns = { kind: 'dns', domain: 'shared.example', src_ip: '10.0.0.1' };
  const laptop = { identity_labels: [`laptop-of-${slug}`], identity_types: ['roaming'] };
  const office = { identity_labels: [`office-of-${slug}`], identity_types: ['network'] };
  return [
    { ...dns, ...laptop, time: '2026-01-15T10:00:00Z', verdict: 'blocked', category_labels: ['Phishing'] },
    { ...dns, ...laptop, time: '2026-01-15T09:00:00Z' },
    { ...dns, ...office, time: '2026-01-15T08:00:00Z' },
    {
      ...dns,
      time: '2026-01-08T08:00:00Z',
      identity_labels: [`anyconnect-of-${slug}`, `site-of-${slug}`],
      identity_types: ['anyconnect', 'site'],
    },
  ];
}
