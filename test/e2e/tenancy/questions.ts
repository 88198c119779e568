import { ROUTES as V1_ROUTES } from '../../../src/dialects/umbrella-v1/routes/index.ts';
import { PROVIDER_PREFIXES, REPORT_PREFIXES } from '../../../src/dialects/umbrella-v2/paths.ts';
import { PROVIDER_ROUTES, ROUTES } from '../../../src/dialects/umbrella-v2/routes/index.ts';
import type { Credential } from '../../contract/dialect-contract.ts';

// Everything that can be asked of the Umbrella surfaces, made of their route tables: a route that is added is asked too.

type Method = 'GET' | 'POST';

/** Routes that share their prefixes and the kind of their credential. */
export interface Family {
  readonly name: 'reports' | 'provider' | 'v1';
  /** `:organizationId` in one says where the path names an organization. */
  readonly prefixes: readonly string[];
  readonly credential: 'token' | 'key';
}

/** One request, before it is said which organization is meant and who asks. */
export interface Question {
  readonly family: Family;
  readonly method: Method;
  /** Below a prefix, with `:id` and the like as the table has them. */
  readonly path: string;
}

/** What stands in the places of a path. */
export interface Subject {
  readonly id: number;
  readonly identity: number;
  readonly threat: string;
}

const REPORTS: Family = { name: 'reports', prefixes: REPORT_PREFIXES, credential: 'token' };
const PROVIDER: Family = { name: 'provider', prefixes: PROVIDER_PREFIXES, credential: 'token' };
const V1: Family = { name: 'v1', prefixes: ['/v1/organizations/:organizationId'], credential: 'key' };

const TIME = 'from=1768435200000&to=1768521600000&limit=100';

interface Route {
  readonly path: string;
  readonly method?: 'POST';
  readonly types?: readonly string[];
}

/** By route: its path, and where kinds of traffic may stand at the end of it, the path with each of them. */
export const QUESTIONS_BY_ROUTE: readonly (readonly Question[])[] = [
  ...ROUTES.map((route) => questionsOf(REPORTS, route)),
  ...PROVIDER_ROUTES.map((route) => questionsOf(PROVIDER, route)),
  ...V1_ROUTES.map((route) => questionsOf(V1, route)),
];

export const QUESTIONS: readonly Question[] = QUESTIONS_BY_ROUTE.flat();

function questionsOf(family: Family, { path, method: given, types = [] }: Route): Question[] {
  const method: Method = given ?? 'GET';
  return [path, ...types.map((type) => `${path}/${type}`)].map((each) => ({ family, method, path: each }));
}

/** Who asks about an organization, and how it is named: by the path where the prefix has a place, else by a header. */
export interface Asking {
  readonly prefix: string;
  readonly credential: Credential;
  /** Absent where the credential says it already and the prefix has no place for it. */
  readonly organization?: number | string;
}

/** The request as `app.inject` takes it. */
export function requestOf(question: Question, subject: Subject, { prefix, credential, organization }: Asking) {
  const inPath = prefix.includes(':organizationId');
  const named: Credential = inPath || organization === undefined ? {} : { 'x-umbrella-orgid': String(organization) };
  const start = prefix.replace(':organizationId', encodeURIComponent(String(organization ?? subject.id)));
  const payload = payloadOf(question, subject);
  return {
    method: question.method,
    url: `${start}${pathOf(question, subject)}?${TIME}`,
    headers: { ...credential, ...named },
    ...(payload !== undefined && { payload }),
  };
}

function pathOf({ path }: Question, { id, identity, threat }: Subject): string {
  const concrete = path
    .replace('/identities/:id', `/identities/${identity}`)
    .replace('/threat-names/:id', `/threat-names/${encodeURIComponent(threat)}`)
    .replace('/threat-types/:id', '/threat-types/Trojan')
    .replace('/customers/:id', `/customers/${id}`)
    .replace(':destination', 'shared.example');
  if (concrete.includes(':')) throw new Error(`what stands in the places of ${path} is not known here`);
  return concrete;
}

function payloadOf({ method, path }: Question, { identity }: Subject): string | undefined {
  if (method === 'GET') return undefined;
  return path === '/identities' ? JSON.stringify({ identityids: [identity] }) : '{}';
}

export const nameOf = ({ family, method, path }: Question) => `${family.name}: ${method} ${path}`;
