import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

type OpenApi = NonNullable<FastifyDynamicSwaggerOptions['openapi']>;

/** What a document says of a surface as a whole. */
export interface SurfaceDescription {
  readonly title: string;
  readonly version: string;
  /** Markdown. */
  readonly description: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly securitySchemes: NonNullable<NonNullable<OpenApi['components']>['securitySchemes']>;
}

interface ServedDocument {
  /** Name of the surface: the document is found at `/docs/<name>/openapi.json`, its page at `/docs/<name>`. */
  readonly name: string;
  readonly about: SurfaceDescription;
  /** Address under which clients reach the server; null where only they know. */
  readonly publicUrl: string | null;
  /** Schemas with names of their own. */
  readonly registry: z.core.$ZodRegistry<{ id: string }>;
}

/**
 * Describes the routes that are added to `app` after this. Their schemas only describe: no dialect lets the router read its
 * input or write its output.
 */
export async function serveDocument(app: FastifyInstance, served: ServedDocument): Promise<void> {
  const { name, about, registry } = served;
  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(() => (body) => JSON.stringify(body));
  const options = { schemaRegistry: registry, zodToJsonConfig: { override: describeAs } };
  const withSchemas = createJsonSchemaTransformObject(options);
  await app.register(swagger, {
    openapi: documentOf(served),
    transform: createJsonSchemaTransform(options),
    transformObject: (document) => withoutUnusedSchemas(withSchemas(document) as DescribedDocument) as OpenApiDocument,
  });
  app.get(`/docs/${name}/openapi.json`, { schema: { hide: true } }, () => app.swagger());
  app.addHook('onSend', async (request, reply) => {
    if (!request.url.startsWith('/docs/')) return;
    reply.header('x-frame-options', 'DENY').header('referrer-policy', 'no-referrer');
  });
  await app.register(swaggerUi, {
    staticCSP: contentPolicy(served.publicUrl),
    routePrefix: `/docs/${name}`,
    theme: { title: about.title },
    logo: { type: 'image/svg+xml', content: Buffer.from(LOGO), href: `/docs/${name}` },
  });
}

/** What the page may load and reach. It writes styles into elements; its scripts and sheets are files. */
function contentPolicy(publicUrl: string | null): string {
  const server = publicUrl === null ? '' : ` ${new URL(publicUrl).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self'${server}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The document without its paths and schemas. */
function documentOf({ about, publicUrl }: ServedDocument): OpenApi {
  const { title, version, description, tags, securitySchemes } = about;
  return {
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: publicUrl ?? '/', description: 'This server' }],
    tags: [...tags],
    components: { securitySchemes },
  };
}

/** A bell, beside the name of the page. */
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 32" height="32">
<path d="M16 4a2 2 0 0 1 2 2c5 1 7 5 7 10v4l3 4H4l3-4v-4c0-5 2-9 7-10a2 2 0 0 1 2-2zm-3 22h6a3 3 0 0 1-6 0z" fill="#fff"/>
<text x="38" y="23" font-family="sans-serif" font-size="20" font-weight="600" fill="#fff">Belfry</text></svg>`;

/** With names in a registry of their own, what `describe` says of a schema is not looked up by itself. */
function describeAs({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: { description?: string } }) {
  const description = z.globalRegistry.get(zodSchema)?.description;
  if (description !== undefined) jsonSchema.description = description;
}

type OpenApiDocument = ReturnType<ReturnType<typeof createJsonSchemaTransformObject>>;

interface DescribedDocument {
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** Each named schema is written twice, as input and as output; most are only one of them. */
function withoutUnusedSchemas(document: DescribedDocument): DescribedDocument {
  const { schemas } = document.components;
  const text = JSON.stringify(document);
  const used = Object.entries(schemas).filter(([name]) => text.includes(`"#/components/schemas/${name}"`));
  const pruned = { ...document, components: { ...document.components, schemas: Object.fromEntries(used) } };
  // What only an unused schema used is unused now.
  return used.length === Object.keys(schemas).length ? pruned : withoutUnusedSchemas(pruned);
}
