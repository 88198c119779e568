import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { z } from 'zod';

export interface ServedDocument {
  /** Name of the surface: the document is found at `/docs/<name>/openapi.json`, its page at `/docs/<name>`. */
  readonly name: string;
  /** The document without its paths and schemas. */
  readonly info: NonNullable<FastifyDynamicSwaggerOptions['openapi']>;
  /** Schemas with names of their own. */
  readonly registry: z.core.$ZodRegistry<{ id: string }>;
}

/**
 * Describes the routes that are added to `app` after this. Their schemas only describe: no dialect lets the router read its
 * input or write its output.
 */
export async function serveDocument(app: FastifyInstance, { name, info, registry }: ServedDocument): Promise<void> {
  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(() => (body) => JSON.stringify(body));
  await app.register(swagger, {
    openapi: info,
    transform: createJsonSchemaTransform({ schemaRegistry: registry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry: registry }),
  });
  app.get(`/docs/${name}/openapi.json`, { schema: { hide: true } }, () => app.swagger());
  await app.register(swaggerUi, { routePrefix: `/docs/${name}` });
}
