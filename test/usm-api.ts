import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { NewApiClient } from '../src/control/repos/api-clients.ts';
import { recordDetections } from '../src/core/alarms/index.ts';
import type { AlarmMatch } from '../src/model/alarm.ts';
import type { Organization } from '../src/model/organization.ts';
import { basicAuth } from './basic-auth.ts';
import type { World } from './world.ts';

export const USM = '/api/2.0';

/** `Authorization` of a client's id and secret. */
export function basic({ client, secret }: { client: { id: string }; secret: string }): string {
  return basicAuth(client.id, secret);
}

/** USM Anywhere, or Central, as one client of an organization uses it. */
export interface UsmClient {
  readonly authorization: string;
  /** @param path below the prefix, or a whole address */
  ask(path: string, options?: InjectOptions): Promise<LightMyRequestResponse>;
}

interface UsmClientOptions {
  readonly prefix?: string;
  readonly client?: Partial<NewApiClient>;
}

export async function usmClient(
  world: World,
  organization: Organization,
  { prefix = USM, client = {} }: UsmClientOptions = {},
): Promise<UsmClient> {
  const created = await world.createClient(organization, client);
  const answer = await world.app.inject({
    method: 'POST',
    url: `${prefix}/oauth/token?grant_type=client_credentials`,
    headers: { authorization: basic(created) },
  });
  const authorization = `Bearer ${answer.json().access_token}`;
  return {
    authorization,
    ask: (path, options = {}) =>
      world.app.inject({
        method: 'GET',
        ...options,
        url: path.startsWith('http') ? path : prefix + path,
        headers: { authorization, ...options.headers },
      }),
  };
}

/** Raises alarms as a detection does. */
export async function raiseAlarms(world: World, matches: readonly AlarmMatch[]): Promise<void> {
  await recordDetections(world.context, matches, { name: 'test', watermark: 0 });
}

export interface UsmPage {
  readonly _links: Readonly<Record<'first' | 'self' | 'last', Link>> & Readonly<Partial<Record<'prev' | 'next', Link>>>;
  readonly _embedded: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly page: {
    readonly size: number;
    readonly totalElements: number;
    readonly totalPages: number;
    readonly number: number;
  };
}

interface Link {
  readonly href: string;
  readonly templated: boolean;
}

/** Every item of a list from its first page on, by `_links.next`. */
export async function walk(client: UsmClient, path: string, between: () => Promise<void> = async () => undefined) {
  const items: Readonly<Record<string, unknown>>[] = [];
  let next: string | undefined = path;
  while (next !== undefined) {
    const answer = await client.ask(next);
    if (answer.statusCode !== 200) throw new Error(`${next}: ${answer.statusCode} ${answer.payload}`);
    const page: UsmPage = answer.json();
    items.push(...(page._embedded.alarms ?? page._embedded.events ?? []));
    next = page._links.next?.href;
    await between();
  }
  return items;
}
