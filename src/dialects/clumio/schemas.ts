import { z } from 'zod';

/** Schemas with a name of their own in the OpenAPI document. */
export const registry = z.registry<{ id: string }>();

export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  registry.add(schema, { id });
  return schema;
}

export const timestamp = z.string().describe('RFC 3339, UTC');

const link = named(
  'Link',
  z.object({ href: z.string().describe('From the base URL'), templated: z.boolean(), type: z.string() }),
);

export const links = z.record(z.string(), link);

/** Section 4.3. */
export const entity = named('Entity', z.object({ id: z.string(), type: z.string(), value: z.string() }));

/** Section 6.3. */
export function listOf(item: z.ZodType): z.ZodType {
  return z.object({
    _embedded: z.object({ items: z.array(item) }),
    _links: links,
    current_count: z.int(),
    filter_applied: z.string(),
    limit: z.int(),
    start: z.string(),
    total_count: z.int(),
    total_pages_count: z.int(),
  });
}

const optional = (about: string) => z.string().optional().describe(about);

/** @param fields what the list can be filtered by */
export function listQuery(fields: object) {
  return {
    limit: optional('Most items of a page; 20 if not given, at most 10000'),
    start: optional('Number of the page, from 1'),
    filter: optional(`JSON object of fields and operators. Fields: ${Object.keys(fields).join(', ')}`),
  };
}

/** Section 6.6. */
export const fault = named(
  'Errors',
  z.object({ errors: z.array(z.object({ error_code: z.int(), error_message: z.string() })) }),
);

/** Section 3.1. */
export const task = named(
  'Task',
  z.object({
    _etag: z.string(),
    _links: links,
    id: z.string().describe('Decimal'),
    type: z.string(),
    category: z.string(),
    genre: z.enum(['operational', 'administrative']),
    status: z.enum(['queued', 'in_progress', 'completed', 'failed', 'aborting', 'aborted']),
    is_abortable: z.boolean(),
    progress_percentage: z.int(),
    created_timestamp: timestamp,
    start_timestamp: timestamp.nullable(),
    end_timestamp: timestamp.nullable(),
    primary_entity: entity.nullable(),
    parent_entity: entity.nullable(),
    error_message: z.string().optional().describe('Why it failed; an extension'),
  }),
);

/** Section 4.1. */
export const auditTrail = named(
  'AuditTrail',
  z.object({
    id: z.string(),
    timestamp,
    user_email: z.string().describe('Empty for what the system does by itself, as are address and interface'),
    ip_address: z.string(),
    interface: z.string(),
    category: z.string(),
    action: z.string(),
    status: z.enum(['success', 'failure', 'partial_success']),
    primary_entity: entity.nullable(),
    parent_entity: entity.nullable(),
    details: z.string().describe('`details_json` as text'),
    details_json: z.object({ request_body: z.string(), tags: z.array(entity) }),
  }),
);

const unitUser = z.object({ user_id: z.string(), assigned_role: z.string() });

/** Section 4.2. */
export const organizationalUnit = named(
  'OrganizationalUnit',
  z.object({
    _embedded: z.object({ 'read-task': task }).nullable(),
    _etag: z.string(),
    _links: links,
    id: z.string().describe('UUID; zeros for the one the token belongs to'),
    name: z.string(),
    description: z.string(),
    parent_id: z.string().nullable(),
    children_count: z.int(),
    descendant_ids: z.array(z.string()),
    configured_datasource_types: z.array(z.string()),
    task_id: z.string().nullable().describe('Of the request that is answered'),
    user_count: z.int().describe('People in it and below'),
    users: z
      .union([z.array(unitUser), z.array(z.string())])
      .nullable()
      .describe('In version 1 their ids; null in lists'),
  }),
);

export const deletedUnit = named(
  'DeletedOrganizationalUnit',
  z.object({ _embedded: z.object({ 'read-task': task }).nullable(), _links: links, task_id: z.string() }),
);
