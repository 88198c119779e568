import { z } from 'zod';

type Json = { readonly [member: string]: unknown };

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Json }>> }>
  >;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** An OpenAPI document, to hold answers against. */
export interface Described {
  /**
   * Why the answer to a request is not what the document says, or undefined when it is. A 404 for a path that the document
   * does not know is what it says.
   */
  faultOf(request: { method?: string; path: string }, answer: { status: number; body: unknown }): string | undefined;
}

export function describedBy(document: unknown): Described {
  const { paths, components } = document as { paths: Paths; components: { schemas: Json } };
  return {
    faultOf({ method = 'GET', path }, { status, body }) {
      const template = templateOf(path, Object.keys(paths));
      if (template === undefined) return status === 404 ? undefined : `the document has no path ${path}`;
      const content = paths[template]?.[method.toLowerCase()]?.responses[status]?.content;
      // A surface with media types of its own describes each answer under one.
      const schema = (content?.['application/json'] ?? Object.values(content ?? {})[0])?.schema;
      if (schema === undefined) return `the document has no body for ${status} of ${method} ${template}`;
      const inlined = inline(schema, components.schemas) as Parameters<typeof z.fromJSONSchema>[0];
      const result = z.fromJSONSchema(inlined).safeParse(body);
      return result.success ? undefined : z.prettifyError(result.error);
    },
  };
}

/** The path of the document that a request's path is; one without parameters before one with. */
function templateOf(path: string, templates: readonly string[]): string | undefined {
  const bare = path.replace(/\?.*$/, '');
  if (templates.includes(bare)) return bare;
  return templates.find((template) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare));
}

/** The schema with every reference replaced by what it refers to; none of ours refers to itself. */
function inline(node: unknown, components: Json): unknown {
  if (Array.isArray(node)) return node.map((item) => inline(item, components));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, ...rest } = node as { $ref?: string };
  if ($ref !== undefined) return inline(components[$ref.split('/').at(-1) ?? ''], components);
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, inline(value, components)]));
}
