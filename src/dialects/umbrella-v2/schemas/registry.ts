import { z } from 'zod';

/** Schemas with a name of their own in the OpenAPI document of this surface. */
export const registry = z.registry<{ id: string }>();

/** Gives a schema its name in the document. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  registry.add(schema, { id });
  return schema;
}
