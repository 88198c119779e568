import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createApiClient } from '../control/repos/api-clients.ts';
import { createOrganization, organizationBySlug } from '../control/repos/organizations.ts';
import { getSetting, putSetting } from '../control/repos/settings.ts';
import { createUser, setPassword, userByEmail } from '../control/repos/users.ts';
import { runImport } from '../core/imports/run-import.ts';
import { addReceipt, emptyReceipt, type Receipt } from '../ingest/receipt.ts';
import type { Organization } from '../model/organization.ts';
import { type Actor, PERMISSIONS } from '../model/scope.ts';
import { type DemoOrganization, writeDemo } from '../sources/demo/index.ts';
import type { Belfry } from './start-belfry.ts';

/** Setting that remembers the demo set, so that one cut short is finished by the next start. */
export const DEMO_SETTING = 'demo';

export interface DemoOptions {
  /** About how many events. */
  readonly events: number;
  readonly days: number;
  readonly seed: number;
}

export interface DemoSummary {
  readonly days: number;
  readonly organizations: readonly Organization[];
  readonly receipt: Receipt;
  readonly login: { readonly email: string; readonly password: string };
  /** A key of the customer with the most traffic. */
  readonly client: { readonly id: string; readonly secret: string; readonly organization: string };
}

interface DemoState extends DemoOptions {
  /** ISO 8601 instant at which the traffic ends: the same files again are the same bytes. */
  readonly end: string;
  readonly finished: boolean;
}

const ACTOR: Actor = { type: 'system', id: 'demo', label: 'demo set', from: 'local', via: 'cli' };
const LOGIN_EMAIL = 'demo@belfry.example';
const SHOWCASE = 'harborside-clinic';

/** Writes the demo set as log files and imports them as anybody's would be. Told to again after a crash, goes on. */
export async function loadDemo(belfry: Belfry, options: DemoOptions): Promise<DemoSummary> {
  const { db } = belfry.context.control;
  const state = await beginOrResume(belfry, options);
  const folder = await mkdtemp(join(belfry.ingest.spool.folder, '..', 'demo-'));
  try {
    const written = await writeDemo({ ...state, folder, end: new Date(state.end) });
    const organizations: Organization[] = [];
    const receipt = emptyReceipt();
    for (const demo of written) {
      const organization = await ensureOrganization(belfry, demo);
      organizations.push(organization);
      addReceipt(receipt, await importFiles(belfry, organization, demo));
    }
    const login = await ensureLogin(belfry, organizations);
    const client = await makeClient(belfry, organizations);
    await putSetting(db, { key: DEMO_SETTING, value: { ...state, finished: true }, actor: ACTOR });
    return { days: state.days, organizations, receipt, login, client };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function beginOrResume({ context }: Belfry, options: DemoOptions): Promise<DemoState> {
  const begun = (await getSetting(context.control.db, DEMO_SETTING)) as DemoState | undefined;
  if (begun !== undefined && !begun.finished) return begun;
  const state: DemoState = { ...options, end: new Date(context.now()).toISOString(), finished: false };
  await putSetting(context.control.db, { key: DEMO_SETTING, value: state, actor: ACTOR });
  return state;
}

async function ensureOrganization({ context }: Belfry, demo: DemoOrganization): Promise<Organization> {
  const { db } = context.control;
  const present = await organizationBySlug(db, demo.slug);
  if (present !== undefined) return present;
  const parent = demo.parent === null ? undefined : await organizationBySlug(db, demo.parent);
  return createOrganization(db, { slug: demo.slug, name: demo.name, parentId: parent?.id ?? null, actor: ACTOR });
}

async function importFiles(belfry: Belfry, organization: Organization, demo: DemoOrganization): Promise<Receipt> {
  const total = emptyReceipt();
  const scope = { organization, actor: ACTOR, permissions: new Set(PERMISSIONS) };
  for (const { path, format } of demo.files) {
    const { receipt } = await runImport(belfry.ingest, scope, {
      path,
      formatName: format,
      source: createReadStream(path),
    });
    addReceipt(total, receipt);
  }
  return total;
}

async function ensureLogin({ context }: Belfry, organizations: readonly Organization[]): Promise<DemoSummary['login']> {
  const { db } = context.control;
  const password = randomBytes(12).toString('base64url');
  const present = await userByEmail(db, LOGIN_EMAIL);
  const [provider] = organizations;
  if (present !== undefined) await setPassword(db, { id: present.id, password, actor: ACTOR });
  else if (provider !== undefined) {
    const organizationId = provider.id;
    await createUser(db, { email: LOGIN_EMAIL, name: 'Demo', password, role: 'manager', organizationId, actor: ACTOR });
  }
  return { email: LOGIN_EMAIL, password };
}

async function makeClient({ context }: Belfry, organizations: readonly Organization[]): Promise<DemoSummary['client']> {
  const showcase = organizations.find((organization) => organization.slug === SHOWCASE) ?? organizations[0];
  if (showcase === undefined) throw new Error('the demo set has no organization');
  const { client, secret } = await createApiClient(context.control.db, {
    name: 'demo',
    organizationId: showcase.id,
    actor: ACTOR,
  });
  return { id: client.id, secret, organization: showcase.slug };
}
