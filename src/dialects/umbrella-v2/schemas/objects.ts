import { z } from 'zod';
import { named } from './registry.ts';

// Section 5, as the mapping writes it.

export const text = z.string();
export const number = z.number();
export const integer = z.int();
export const integerOrNull = z.int().nullable();

export const category = named(
  'Category',
  z.object({
    id: integer,
    label: text,
    type: text.describe('`content`, `security`, `application` or `customer`'),
    integration: z.boolean(),
    deprecated: z.boolean(),
  }),
);

export const categoryWithLegacyId = named(
  'CategoryWithLegacyId',
  z.object({
    id: integer,
    legacyid: integer,
    label: text,
    type: text,
    integration: z.boolean(),
    deprecated: z.boolean(),
  }),
);

export const identityType = named('IdentityType', z.object({ id: integer, type: text, label: text }));

export const identity = named(
  'Identity',
  z.object({ id: integer, label: text, type: identityType, deleted: z.boolean() }),
);

const applicationCategory = z.object({ id: integerOrNull, label: text });

export const application = named(
  'Application',
  z.object({ id: integer, label: text, type: text.optional(), category: applicationCategory }),
);

export const firewallApplication = named(
  'FirewallApplication',
  z.object({ id: integer, label: text, app: text, category: applicationCategory }),
);

export const threat = named('Threat', z.object({ label: text, type: text }));

export const protocol = named('Protocol', z.object({ id: integer.describe('IANA number'), label: text }));

export const requestCounts = named(
  'RequestCounts',
  z.object({ requests: integer, allowedrequests: integer, blockedrequests: integer }),
);

export const summary = named(
  'Summary',
  z.object({
    applications: integer,
    applicationsallowed: integer,
    applicationsblocked: integer,
    categories: integer,
    domains: integer,
    files: integer,
    filetypes: integer,
    identities: integer,
    identitytypes: integer,
    policycategories: integer,
    policyrequests: integer,
    requests: integer,
    requestsallowed: integer,
    requestsblocked: integer,
  }),
);

/** What every record and bucket says about its time. */
export const wireTime = {
  timestamp: integer.describe('Milliseconds since 1970'),
  date: text.describe('YYYY-MM-DD in the requested zone'),
  time: text.describe('HH:MM:SS in the requested zone'),
};

export const verdict = z.enum(['allowed', 'blocked', 'proxied', 'detected', 'would_block']);
