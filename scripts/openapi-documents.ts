import fastify from 'fastify';
import type { Dialect, DialectDeps } from '../src/dialects/dialect.ts';
import { DIALECTS } from '../src/dialects/registry.ts';

/** The OpenAPI document of every surface, as the server answers it, by the name of its file in docs/openapi. */
export async function openapiDocuments(): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  for (const dialect of DIALECTS) documents.set(`${dialect.name}.json`, await openapiDocument(dialect));
  return documents;
}

async function openapiDocument(dialect: Dialect): Promise<string> {
  const app = fastify();
  await dialect.register(app, DEPS);
  const answer = await app.inject(`/docs/${dialect.name}/openapi.json`);
  await app.close();
  return `${JSON.stringify(answer.json(), null, 2)}\n`;
}

/** Describing a surface opens no store. */
const DEPS: DialectDeps = {
  context: {} as DialectDeps['context'],
  ingest: {} as DialectDeps['ingest'],
  operatorToken: '',
  tokenKey: new Uint8Array(32),
  reportShelf: { folder: '', lifetimeMs: 0 },
  complianceShelf: { folder: '', lifetimeMs: 0 },
  takesLogs: true,
  countRequest: async () => ({ used: 1, endsInMs: 1000 }),
  failureLimiter: {} as DialectDeps['failureLimiter'],
  passwordSignIn: {} as DialectDeps['passwordSignIn'],
  tokenLifetimeSeconds: 3600,
  publicUrl: null,
  limits: {
    requestsPerSecond: 0,
    tokensPerMinute: 0,
    getsPerSecond: 0,
    writesPerSecond: 0,
    clumioRequestsPerSecond: 0,
  },
  usmDomain: null,
  offsetCeiling: 0,
  noisyDomains: [],
};
