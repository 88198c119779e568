import type { SurfaceDescription } from '../kit/serve-document.ts';

/** What the OpenAPI document says of the surface as a whole. */
export const ABOUT: SurfaceDescription = {
  title: 'Umbrella Reporting API v1, answered by Belfry',
  version: '1.0.0',
  description: [
    'Blocked security events and destinations of one organization, and summaries over the customers below one, in the',
    'words of the Umbrella Reporting API v1 and its console endpoints.',
    '',
    'Key and secret come as Basic credentials with each request. `start`, `stop` and `end` are epoch seconds,',
    '`stopTimestamp` is epoch milliseconds.',
  ].join('\n'),
  tags: [
    { name: 'Reporting', description: 'Events of one organization' },
    { name: 'Console', description: 'Summaries over everything below an organization' },
  ],
  securitySchemes: { key: { type: 'http', scheme: 'basic', description: 'API key and secret' } },
};
