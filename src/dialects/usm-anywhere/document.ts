import type { SurfaceDescription } from '../kit/serve-document.ts';

/** What the OpenAPI document says of the surface as a whole. */
export const ABOUT: SurfaceDescription = {
  title: 'USM Anywhere API 2.0, answered by Belfry',
  version: '2.0.0',
  description: [
    'Alarms and events of one organization, in the words of the USM Anywhere API 2.0.',
    '',
    'The organization is the one whose slug begins the Host name, or else the client’s own. Parameters that are not known',
    'and those without a value are ignored. Collections are walked by `_links.next.href`.',
  ].join('\n'),
  tags: [
    { name: 'Token', description: 'Credentials' },
    { name: 'Alarms', description: 'What rules found in events, and labels on it' },
    { name: 'Events', description: 'What logs say, one record each' },
  ],
  securitySchemes: {
    client: { type: 'http', scheme: 'basic', description: 'Client id and secret' },
    token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  },
};
