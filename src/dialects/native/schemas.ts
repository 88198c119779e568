import { z } from 'zod';
import { ERROR_CODES } from '../../model/errors.ts';

/** Schemas with names of their own in the OpenAPI document. */
export const registry = z.registry<{ id: string }>();

export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  registry.add(schema, { id });
  return schema;
}

export const instant = z.string().describe('ISO 8601, UTC');
export const count = z.int().min(0);

const fault = named(
  'Fault',
  z.object({
    where: z.string().describe('Parameter or member that was wrong'),
    value: z.string().optional().describe('What was given, cut to 200 characters; absent where nothing was'),
    message: z.string(),
  }),
);

export const errorBody = named(
  'Error',
  z.object({
    error: z.object({
      code: z.enum(ERROR_CODES),
      message: z.string(),
      faults: z.array(fault),
      requestId: z.string(),
    }),
  }),
);

export const organization = named(
  'Organization',
  z.object({
    id: z.int().describe('The number that Umbrella paths carry'),
    uuid: z.string(),
    slug: z.string(),
    name: z.string(),
    parent: z.string().nullable().describe('Slug of the organization above'),
    createdAt: instant,
  }),
);

export const settingValue = z.union([z.number(), z.string(), z.boolean()], {
  error: 'must be a number, a text, or true or false',
});

export const setting = named(
  'OrganizationSetting',
  z.object({
    name: z.string(),
    value: settingValue.describe('What holds'),
    from: z
      .enum(['organization', 'above', 'default'])
      .describe('Whose value it is: this organization’s, the nearest one’s above it that has one, or the default'),
    default: settingValue,
    description: z.string(),
  }),
);

export const role = z.enum(['manager', 'analyst', 'viewer']);

export const user = named(
  'User',
  z.object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role,
    organization: z.string().describe('Slug'),
    enabled: z.boolean(),
    createdAt: instant,
    lastSignInAt: instant.nullable(),
  }),
);

export const newUser = named(
  'NewUser',
  user.extend({ password: z.string().nullable().describe('The one that was made, shown this once; null if given') }),
);

export const client = named(
  'Client',
  z.object({
    clientId: z.string(),
    name: z.string(),
    organization: z.string().describe('Slug'),
    api: z.string().nullable().describe('The one surface it works for; null for the default set'),
    scopes: z.array(z.string()).nullable().describe('In the words of the surface; null for everything'),
    ownerUserId: z.string().nullable().describe('It works only while this user is enabled'),
    enabled: z.boolean(),
    createdAt: instant,
    lastUsedAt: instant.nullable().describe('To the minute'),
    expiresAt: instant.nullable().describe('When it stops working by itself'),
  }),
);

export const clientWithSecret = named(
  'ClientWithSecret',
  client.extend({
    clientSecret: z.string().describe('Shown this once'),
    token: z
      .string()
      .optional()
      .describe('What clients of this surface show, where that is one token; shown this once'),
  }),
);

export const receipt = named(
  'Receipt',
  z.object({
    received: count.describe('Records: stored + rejected + duplicate + ignored + setAside'),
    stored: count,
    rejected: count.describe('Not readable; kept with the reason'),
    duplicate: count.describe('Imported before'),
    ignored: count.describe('Known and not kept, such as statistics'),
    setAside: count.describe('Of batches the event store could not take; their bytes are kept'),
  }),
);

export const importOutcome = named(
  'ImportOutcome',
  receipt.extend({
    importId: z.string(),
    path: z.string(),
    format: z.string().nullable().describe('Null for an empty input'),
    damage: z
      .object({
        packedOffset: count.describe(
          'Bytes of packed input before it, or before the block of 16 KiB in which it shows',
        ),
        unpackedOffset: count.describe('Bytes of unpacked input before it'),
        reason: z.string(),
      })
      .nullable()
      .describe('The first damage of a packed input; what came before it is stored'),
    batchesSetAside: z
      .array(z.object({ batch: z.int(), received: count, reason: z.string().nullable() }))
      .describe('Batches that the event store could not take, with the reason; their bytes are kept'),
  }),
);

export const listedImport = named(
  'Import',
  z.object({
    importId: z.string(),
    path: z.string(),
    format: z.string().nullable(),
    state: z.enum(['running', 'finished', 'failed']),
    receipt: receipt.nullable(),
    reason: z.string().nullable().describe('Why it failed'),
    by: z.string().describe('Who imported it'),
    startedAt: instant,
    finishedAt: instant.nullable(),
  }),
);

export const reject = named(
  'Reject',
  z.object({
    path: z.string().nullable().describe('The input, as its sender named it'),
    line: count.describe('From 1'),
    reason: z.string(),
    raw: z.string().nullable().describe('The original record; null where it is not UTF-8'),
    rawBase64: z.string().nullable().describe('The original bytes where they are not UTF-8'),
    batch: z.int(),
    at: instant,
  }),
);

export const health = named(
  'Health',
  z.object({
    batches: z.object({
      open: count,
      committed: count,
      setAside: count,
      received: count,
      stored: count,
      rejected: count,
      ignored: count,
      lastCommittedAt: instant.nullable(),
    }),
    newestEventAt: instant.nullable(),
    unfinished: z
      .array(
        z.object({
          batch: z.int(),
          state: z.enum(['open', 'committed', 'set_aside']),
          path: z.string().nullable(),
          format: z.string(),
          received: count,
          attempts: count,
          reason: z.string().nullable(),
          openedAt: instant,
          waitsFor: z
            .string()
            .nullable()
            .describe('Process on whose disk the bytes are, where nobody has loaded the batch for a minute'),
        }),
      )
      .describe('Batches that wait, and those set aside with the reason; at most 100'),
    detection: z
      .object({
        secondsBehind: z.number().describe('Since the first batch was loaded that no rule has looked at; 0 for none'),
        failingSince: instant.nullable().describe('Since when every attempt of detection has failed'),
        rulesSetApart: count.describe('Enabled rules that detection leaves out because they fail'),
      })
      .describe('Of the whole installation: detection looks at the batches of all organizations in turn'),
  }),
);

export const status = named(
  'Status',
  z.object({
    version: z.string(),
    startedAt: instant,
    caller: z.object({
      type: z.string(),
      label: z.string(),
      organization: z.string().nullable().describe('Slug of the organization they reach with all below; null for all'),
      permissions: z.array(z.string()),
    }),
  }),
);

export const migration = named(
  'Migration',
  z.object({ store: z.enum(['control', 'events']), name: z.string(), appliedAt: instant }),
);

export const auditVerdict = named(
  'AuditVerdict',
  z.object({
    entries: count.describe('Entries found good'),
    head: z.string().describe('Hash of the last good entry; note it elsewhere to detect a trail rewritten as a whole'),
    fault: z.object({ seq: z.int(), what: z.string() }).nullable(),
  }),
);
