import type { InjectOptions } from 'fastify';
import { DIALECTS } from '../../../src/dialects/registry.ts';
import { EventStore } from '../../../src/events/client.ts';
import { type Random, seededRandom } from '../../../src/kit/random.ts';
import { HOSTILE_VALUES } from '../../hostile-values.ts';
import { openWorld, type World } from '../../world.ts';
import { type Caller, callersOf } from '../callers.ts';
import { atScale, type PromiseRun, type PublicPromise } from '../promise.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export const inputIsNoSql: PublicPromise = {
  id: 'R17',
  claim: 'Input never becomes SQL',
  figure: '100,000 hostile values in every parameter: no syntax error of a store, no answer of 500 and above',
  async check(run) {
    const world = await openWorld();
    const syntaxErrors = watchSyntaxErrors();
    try {
      const places = await placesOf(world);
      const values = atScale(run, { share: 300, full: 100_000 });
      const faults = await faultsOf(world, { places, values }, run);
      const errors = syntaxErrors.stop();
      for (const error of errors) run.log(error);
      const found = [...errors, ...faults];
      const first = found.length === 0 ? '' : `, first ${found[0]}`;
      const measured = `${values} values in ${places.length} parameters: ${errors.length} syntax errors, ${faults.length} answers of 500 and above${first}`;
      return { kept: found.length === 0, measured };
    } finally {
      syntaxErrors.stop();
      await world.close();
    }
  },
};

/** One parameter of one operation, and who may ask. */
interface Place {
  request(value: string): InjectOptions;
}

/** Statements that the engine could not read, from now on. */
function watchSyntaxErrors(): { stop(): string[] } {
  const { query } = EventStore.prototype;
  const errors: string[] = [];
  EventStore.prototype.query = async function (this: EventStore, ...statement: Parameters<typeof query>) {
    try {
      return await query.apply(this, statement);
    } catch (error) {
      if (/SYNTAX_ERROR|Code: 62\b/i.test(String(error))) errors.push(String(error).slice(0, 300));
      throw error;
    }
  } as typeof query;
  return {
    stop() {
      EventStore.prototype.query = query;
      return errors;
    },
  };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content?: Readonly<Record<string, { readonly schema?: { readonly properties?: object } }>>;
  };
}

/** Every parameter of every path, query and body that the documents of the surfaces have. */
async function placesOf(world: World): Promise<Place[]> {
  const callers = await callersOf(world, world.organizations.branch);
  const places: Place[] = [];
  for (const { name } of DIALECTS) {
    const document: Document = (await world.app.inject(`/docs/${name}/openapi.json`)).json();
    const headers = mightiest(callers, name)?.headers ?? {};
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of METHODS) {
        const operation = operations[method];
        if (operation !== undefined) places.push(...placesIn(world, { path, method, operation, headers }));
      }
    }
  }
  return places;
}

/** Who may do most on a surface; the operator rather than a person, whose password costs time. */
function mightiest(callers: readonly Caller[], dialect: string): Caller | undefined {
  const surface = dialect.replace('-reporting', '').replace('belfry-v1', 'native');
  return callers
    .filter(
      ({ surfaces, kind }) => surfaces.some((one) => one === surface) && (kind !== 'key' || surface === 'umbrella-v1'),
    )
    .toSorted((a, b) => b.permissions.size - a.permissions.size)[0];
}

interface Described {
  readonly path: string;
  readonly method: (typeof METHODS)[number];
  readonly operation: Operation;
  readonly headers: Readonly<Record<string, string>>;
}

function placesIn(world: World, { path, method, operation, headers }: Described): Place[] {
  const asked = { method: method.toUpperCase() as 'GET' };
  const json = { ...headers, 'content-type': 'application/json' };
  const {
    organizations: { branch },
  } = world;
  const own: Readonly<Record<string, string>> = { organizationId: String(branch.id), slug: branch.slug };
  const filled = (name?: string, value = '') =>
    path.replaceAll(/\{(\w+)\}/g, (_, each: string) => (each === name ? encoded(value) : (own[each] ?? '1')));
  const parameters = operation.parameters ?? [];
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const inBody = Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) =>
    Object.keys(schema?.properties ?? {}),
  );
  return [
    ...inPath.map((name) => ({ request: (value: string) => ({ ...asked, url: filled(name, value), headers }) })),
    ...parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name }) => ({
        request: (value: string) => ({
          ...asked,
          url: `${filled()}?${encodeURIComponent(name)}=${encoded(value)}`,
          headers,
        }),
      })),
    ...inBody.map((name) => ({
      request: (value: string) => ({
        ...asked,
        url: filled(),
        headers: json,
        payload: JSON.stringify({ [name]: value }),
      }),
    })),
  ];
}

/** A lone surrogate has no encoding: it goes as the bytes that would be its, which are no UTF-8. */
const encoded = (value: string) =>
  value
    .split(/[\ud800-\udfff]/u)
    .map(encodeURIComponent)
    .join('%ED%A0%80');

async function faultsOf(
  world: World,
  { places, values }: { readonly places: readonly Place[]; readonly values: number },
  run: PromiseRun,
): Promise<string[]> {
  const random = seededRandom('hostile values');
  const faults: string[] = [];
  for (let at = 0; at < values; at += 8) {
    const some = Array.from({ length: Math.min(8, values - at) }, (_, index) => places[(at + index) % places.length]);
    const asked = some.flatMap((place) => place?.request(hostileValue(random)) ?? []);
    for (const request of asked) {
      const { statusCode, payload } = await world.app.inject(request);
      if (statusCode >= 500 && statusCode !== 503)
        faults.push(`${request.method} ${String(request.url).slice(0, 200)}: ${statusCode} ${payload.slice(0, 200)}`);
    }
    if (at % 10_000 === 0 && at > 0) run.log(`${at} values`);
  }
  for (const fault of faults.slice(0, 20)) run.log(fault);
  return faults;
}

/** One of the corpus, two of them in one, or a piece of one among stray characters. */
function hostileValue(random: Random): string {
  const one = random.pick(HOSTILE_VALUES);
  if (random.chance(0.4)) return one;
  const other = random.pick(HOSTILE_VALUES);
  if (random.chance(0.5)) return (one + other).slice(0, 10_000);
  const stray = String.fromCharCode(random.between(1, 0x2ff));
  return `${stray}${one.slice(0, random.between(1, 60))}${stray}`;
}
