import { z } from 'zod';
import { alarmFacts, event, named } from '../kit/usm/schemas.ts';

const text = z.string();
const uuid = text.describe('UUID');
const tenant = text.regex(/^cn:\/\//).describe('`id` of the deployment');

/** Section 3.1. */
export const deployment = named(
  'Deployment',
  z.object({
    id: text.regex(/^cn:\/\//),
    licenseKey: uuid,
    fqdn: text.describe('Host, with the port where it is not the usual one'),
    name: text,
    displayName: text,
    type: text,
    joinedSince: z.int().describe('Milliseconds since 1970'),
    connectionStatus: z.enum(['connected', 'disconnected']),
    authorized: z.boolean(),
  }),
);

/** Section 3.3. */
export const alarmDocument = named(
  'AlarmDocument',
  z.object({
    id: uuid,
    tenantId: tenant,
    licenseId: uuid.describe('`licenseKey` of the deployment'),
    msspId: uuid.describe('The organization that asks'),
    timestamp: z.int().describe('When it was raised, milliseconds since 1970'),
    '@timestamp': text.describe('The same in ISO 8601, UTC'),
    '@version': z.literal(1),
    alarm: alarmFacts,
    events: z.array(event),
    assets: z.array(z.unknown()),
    _links: z.object({ self: z.object({ href: text, templated: z.boolean() }) }),
  }),
);
