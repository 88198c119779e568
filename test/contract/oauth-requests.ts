import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import type { ApiClientWithSecret, NewApiClient } from '../../src/control/repos/api-clients.ts';
import { basicAuth } from '../basic-auth.ts';
import type { World } from '../world.ts';

export interface Server {
  readonly name: string;
  readonly token: string;
  readonly revoke: string;
  readonly introspect: string;
  readonly issuer: string;
  /** A path that takes tokens. */
  readonly resource: string;
  /** A path that a client with `narrow` scopes may not use, and the scope it lacks. */
  readonly forbidden: string;
  readonly narrow: readonly string[];
  readonly lacking: string;
  readonly api: string | null;
}

export const SERVERS: readonly Server[] = [
  {
    name: 'umbrella-reporting-v2',
    token: '/auth/v2/token',
    revoke: '/auth/v2/revoke',
    introspect: '/auth/v2/introspect',
    issuer: '/auth/v2',
    resource: '/reports/v2/categories',
    forbidden: '/reports/v2/activity?from=-1days&to=now',
    narrow: ['reports.utilities:read'],
    lacking: 'reports.granularEvents:read',
    api: null,
  },
  usm('usm-anywhere', '/api/2.0', null),
  usm('usm-central', '/api/1.1', 'usm-central'),
];

function usm(name: string, prefix: string, api: string | null): Server {
  return {
    name,
    token: `${prefix}/oauth/token`,
    revoke: `${prefix}/oauth/revoke`,
    introspect: `${prefix}/oauth/introspect`,
    issuer: `${prefix}/oauth`,
    resource: `${prefix}/alarms`,
    forbidden: `${prefix}/alarms`,
    narrow: ['trust'],
    lacking: 'read',
    api,
  };
}

let world: World;

/** Sets the world that requests go to. */
export function askOf(opened: World): void {
  world = opened;
}

export const ORIGIN = 'http://localhost:80';
const FORM = 'application/x-www-form-urlencoded';

export function post(url: string, form: string | Readonly<Record<string, string>>, client?: ApiClientWithSecret) {
  const headers = { 'content-type': FORM, ...(client && { authorization: basicOf(client) }) };
  return world.app.inject({ method: 'POST', url, headers, payload: new URLSearchParams(form).toString() });
}

export const basicOf = ({ client, secret }: ApiClientWithSecret) => basicAuth(client.id, secret);
export const grant = (url: string, client?: ApiClientWithSecret, more = '') =>
  post(url, `grant_type=client_credentials${more}`, client);
export const use = (url: string, authorization?: string, options: InjectOptions = {}) =>
  world.app.inject({ ...options, url, headers: authorization === undefined ? {} : { authorization } });
export const errorOf = (answer: Response) => [answer.statusCode, answer.json().error];
export const challengeOf = (answer: Response) => String(answer.headers['www-authenticate']);

export interface Given {
  readonly server: Server;
  readonly client: ApiClientWithSecret;
  /** Of the same organization. */
  readonly colleague: ApiClientWithSecret;
  /** Of another one. */
  readonly stranger: ApiClientWithSecret;
  newToken(client?: ApiClientWithSecret): Promise<string>;
  /** Of the same organization. */
  newClient(options: Partial<NewApiClient>): Promise<ApiClientWithSecret>;
}

export interface Clause {
  readonly rfc: number;
  readonly section: string;
  readonly must: string;
  check(given: Given): Promise<void>;
}
