import type { SurfaceDescription } from '../kit/serve-document.ts';

/** What the OpenAPI document says of the surface as a whole. */
export const ABOUT: SurfaceDescription = {
  title: 'Umbrella Reporting API v2, answered by Belfry',
  version: '2.0.0',
  description: [
    'Reports over the logs of one organization, or of all below it, in the words of the Umbrella Reporting API v2.',
    '',
    'The paths below are the current ones, where the organization comes from the token or from `X-Umbrella-OrgId`. Legacy',
    'clients find the same under `/v2/organizations/{organizationId}` and `/organizations/{organizationId}`.',
    'What lies below `/reports/v2/providers` is found under `/v2/providers` too, with or without a number behind it.',
    'Parameters with several values take them separated by commas or repeated; filters work on every report.',
  ].join('\n'),
  tags: [
    { name: 'Token', description: 'Credentials' },
    { name: 'Activity', description: 'Single events, newest first' },
    { name: 'Reports', description: 'Counts and lists over events' },
    { name: 'Reference', description: 'What ids stand for' },
    { name: 'Provider', description: 'Reports over all organizations below the one of the token' },
  ],
  securitySchemes: {
    key: { type: 'http', scheme: 'basic', description: 'API key and secret' },
    token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  },
};
