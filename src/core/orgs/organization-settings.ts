import { z } from 'zod';
import {
  type OrganizationSetting,
  putOrganizationSetting,
  removeOrganizationSetting,
  settingsUpwardsOf,
} from '../../control/repos/organization-settings.ts';
import { closest } from '../../kit/closest.ts';
import { AppError, badInput } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { enterOrganization } from './enter-organization.ts';

export type SettingValue = string | number | boolean;

interface SettingDefinition {
  readonly schema: z.ZodType<SettingValue>;
  /** What holds while nobody has set a value. */
  readonly fallback: SettingValue;
  /** What it does, one sentence. */
  readonly sentence: string;
}

/**
 * Every setting an organization has. An organization without a value of its own has that of the nearest one above it
 * that has one, so that a provider sets it once for all customers.
 */
const ORGANIZATION_SETTINGS = {
  securityActivityLimit: {
    schema: z.int().min(1).max(100_000),
    fallback: 500,
    sentence: 'Most records that one page of Umbrella v1’s security-activity holds.',
  },
} as const satisfies Record<string, SettingDefinition>;

type SettingName = keyof typeof ORGANIZATION_SETTINGS;

const NAMES = Object.keys(ORGANIZATION_SETTINGS) as SettingName[];

/** The settings in force in one organization. */
export type OrganizationSettings = {
  readonly [Name in SettingName]: z.output<(typeof ORGANIZATION_SETTINGS)[Name]['schema']>;
};

/** What holds in an organization: its own values, else those of the nearest organization above, else the defaults. */
export async function readOrganizationSettings(
  context: Context,
  organizationId: number,
): Promise<OrganizationSettings> {
  const given = await settingsUpwardsOf(context.control.db, organizationId);
  const inForce = NAMES.map((name) => [name, nearest(given, name)?.value ?? ORGANIZATION_SETTINGS[name].fallback]);
  return Object.fromEntries(inForce) as OrganizationSettings;
}

/** One setting of one organization, as administrators see it. */
export interface SettingInForce {
  readonly name: string;
  readonly value: SettingValue;
  /** Whose value it is: the organization's own, that of one above (which the caller may not know), or nobody's. */
  readonly from: 'organization' | 'above' | 'default';
  readonly fallback: SettingValue;
  readonly sentence: string;
}

/** Every setting of an organization. Fails with `not_found`, also for what the caller does not reach. */
export async function listOrganizationSettings(
  context: Context,
  caller: Caller,
  slug: string,
): Promise<SettingInForce[]> {
  requirePermission(caller, 'reference:read');
  const { organization } = await enterOrganization(context, caller, slug);
  const given = await settingsUpwardsOf(context.control.db, organization.id);
  return NAMES.map((name) => inForce(organization, name, given));
}

/** One of them. Fails with `not_found` for the organization and for the name. */
export async function readOrganizationSetting(
  context: Context,
  caller: Caller,
  { organization: slug, name }: { readonly organization: string; readonly name: string },
): Promise<SettingInForce> {
  requirePermission(caller, 'reference:read');
  const { organization } = await enterOrganization(context, caller, slug);
  return inForce(organization, settingName(name), await settingsUpwardsOf(context.control.db, organization.id));
}

export interface SettingChange {
  /** Slug. */
  readonly organization: string;
  readonly name: string;
  /** Null takes the organization's own value back. */
  readonly value: SettingValue | null;
}

/**
 * Changes what holds in an organization and below it. Those who manage an organization decide for the ones below their
 * own; what holds in theirs is decided above them, or by the operator: nobody lifts a limit that was put on themselves.
 *
 * Fails with `forbidden`, `bad_request`, or `not_found` for the organization and for the name.
 */
export async function changeOrganizationSetting(
  context: Context,
  caller: Caller,
  change: SettingChange,
): Promise<SettingInForce> {
  requirePermission(caller, 'administer');
  const { organization, actor } = await enterOrganization(context, caller, change.organization);
  if (caller.root?.id === organization.id) throw ownLimits(organization);
  const name = settingName(change.name);
  const { db } = context.control;
  const place = { organizationId: organization.id, name, actor };
  if (change.value === null) await removeOrganizationSetting(db, place);
  else await putOrganizationSetting(db, { ...place, value: checked(name, change.value) });
  return inForce(organization, name, await settingsUpwardsOf(db, organization.id));
}

function ownLimits({ slug }: Organization): AppError {
  return new AppError('forbidden', {
    public: `settings of ${slug} are changed by who manages an organization above it, or by the operator`,
  });
}

function settingName(given: string): SettingName {
  const name = NAMES.find((known) => known === given);
  if (name !== undefined) return name;
  const meant = closest(given.slice(0, 100), NAMES);
  throw new AppError('not_found', {
    public: `there is no setting ${given.slice(0, 100)}; ${meant === undefined ? `known are ${NAMES.join(', ')}` : `did you mean ${meant}?`}`,
    faults: [{ where: 'name', value: given.slice(0, 200), message: 'no setting has this name' }],
  });
}

function checked(name: SettingName, value: SettingValue): SettingValue {
  const result = ORGANIZATION_SETTINGS[name].schema.safeParse(value);
  if (result.success) return result.data;
  const message = result.error.issues.map((issue) => issue.message).join('; ');
  throw badInput('value', JSON.stringify(value), `invalid value for ${name}: ${message}`);
}

function inForce(organization: Organization, name: SettingName, given: readonly OrganizationSetting[]): SettingInForce {
  const { fallback, sentence } = ORGANIZATION_SETTINGS[name];
  const found = nearest(given, name);
  if (found === undefined) return { name, value: fallback, from: 'default', fallback, sentence };
  const from = found.organizationId === organization.id ? 'organization' : 'above';
  return { name, value: found.value, from, fallback, sentence };
}

interface GivenValue {
  readonly organizationId: number;
  readonly value: SettingValue;
}

/** A value that an earlier release took and this one does not counts as none. */
function nearest(given: readonly OrganizationSetting[], name: SettingName): GivenValue | undefined {
  const { schema } = ORGANIZATION_SETTINGS[name];
  for (const setting of given.filter((candidate) => candidate.name === name)) {
    const { success, data } = schema.safeParse(setting.value);
    if (success) return { organizationId: setting.organizationId, value: data };
  }
  return undefined;
}
