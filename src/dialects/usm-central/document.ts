import type { SurfaceDescription } from '../kit/serve-document.ts';

/** What the OpenAPI document says of the surface as a whole. */
export const ABOUT: SurfaceDescription = {
  title: 'USM Central API 1.1, answered by Belfry',
  version: '1.1.0',
  description: [
    'Deployments of a provider and the alarms of all of them, in the words of the USM Central API 1.1.',
    '',
    'Every organization below the client’s own is a deployment. Clients are made for this API and work here alone.',
    'Parameters that are not known and those without a value are ignored. Collections are walked by `_links.next.href`.',
  ].join('\n'),
  tags: [
    { name: 'Token', description: 'Credentials' },
    { name: 'Deployments', description: 'Organizations below the client’s' },
    { name: 'Alarms', description: 'What rules found, in all deployments' },
  ],
  securitySchemes: {
    client: { type: 'http', scheme: 'basic', description: 'Client id and secret' },
    token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  },
};
