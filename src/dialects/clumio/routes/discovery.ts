import { z } from 'zod';
import { link } from '../links.ts';
import type { Resource } from '../resource.ts';

/** `GET /`: what there is, by resource and version (section 6.5). */
export function discovery(resources: readonly Resource[]): Resource {
  const body = Object.fromEntries(resources.map((resource) => [resource.name, versionsOf(resource)]));
  return {
    name: '*',
    newest: 1,
    operations: [
      {
        id: 'discover',
        method: 'GET',
        path: '/',
        permission: 'reference:read',
        answer: async () => ({ body }),
        description: {
          summary: 'Every resource, its versions and what can be asked of it',
          tag: 'Discovery',
          answers: { 200: z.record(z.string(), z.looseObject({ supported_versions: z.array(z.string()) })) },
        },
      },
    ],
  };
}

function versionsOf({ newest, operations }: Resource) {
  const versions = Array.from({ length: newest }, (_, index) => `v${newest - index}`);
  const links = Object.fromEntries(
    operations.map(({ id, path, method }) => [id, link(path, method.toLowerCase() as Lowercase<typeof method>)]),
  );
  return { supported_versions: versions, ...Object.fromEntries(versions.map((version) => [version, links])) };
}
