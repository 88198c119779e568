import { z } from 'zod';
import { listOrganizations } from '../control/repos/organizations.ts';
import { getSetting, putSetting } from '../control/repos/settings.ts';
import { AppError } from '../model/errors.ts';
import type { Actor } from '../model/scope.ts';
import type { ApiConnection } from './api-connection.ts';
import { type DemoSummary, loadDemoSet } from './demo-set.ts';
import { note } from './output.ts';
import type { Belfry } from './start-belfry.ts';
import type { ClientWithSecret, User } from './wire.ts';

/** The demo set of a first start, and what opens it. */
export interface FirstDemo extends DemoSummary {
  readonly days: number;
  /** Null where an earlier start, cut short, made it and took its password with it. */
  readonly login: { readonly email: string; readonly password: string } | null;
  readonly client: ClientWithSecret;
}

const SETTING = 'demo';
const ACTOR: Actor = { type: 'system', id: 'demo', label: 'demo set', from: 'local', via: 'cli' };
const LOGIN = { email: 'demo@belfry.example', name: 'Demo' };
/** The organization with most to show. */
const SHOWCASE = 'harborside-clinic';

/** What was asked for, until it is there: a start that was cut short is finished by the next one, to the same bytes. */
const State = z.object({
  events: z.number(),
  days: z.number(),
  seed: z.number(),
  end: z.string(),
  finished: z.boolean(),
});
type State = z.output<typeof State>;

/** Loads the demo set into an empty data directory, or goes on where an earlier start was cut short; else does nothing. */
export async function loadFirstDemo(belfry: Belfry, dataDirectory: string): Promise<FirstDemo | undefined> {
  const { db } = belfry.context.control;
  const begun = await getSetting(db, SETTING);
  if (begun === undefined && (await listOrganizations(db)).length > 0) return undefined;
  const state = begun === undefined ? stateAt(belfry.context.now()) : State.parse(begun);
  if (state.finished) return undefined;
  note(
    `Loading the demo set, ${state.days} days of traffic of a provider and its customers (BELFRY_DEMO=0 begins empty) …`,
  );
  await putSetting(db, { key: SETTING, value: state, actor: ACTOR });
  const api = belfry.connect();
  const plan = { ...state, end: new Date(state.end), scale: false };
  const summary = await loadDemoSet(api, dataDirectory, plan);
  const login = await makeLogin(api, summary);
  const client = await api.post<ClientWithSecret>('/clients', { organization: SHOWCASE, name: 'demo' });
  await putSetting(db, { key: SETTING, value: { ...state, finished: true }, actor: ACTOR });
  return { ...summary, days: state.days, login, client };
}

function stateAt(nowMs: number): State {
  return { events: 200_000, days: 30, seed: 1, end: new Date(nowMs).toISOString(), finished: false };
}

async function makeLogin(api: ApiConnection, { organizations }: DemoSummary): Promise<FirstDemo['login']> {
  const organization = organizations.find(({ parent }) => parent === null)?.slug;
  try {
    const { password } = await api.post<User & { password: string }>('/users', {
      ...LOGIN,
      role: 'manager',
      organization,
    });
    return { email: LOGIN.email, password };
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return null;
    throw error;
  }
}
