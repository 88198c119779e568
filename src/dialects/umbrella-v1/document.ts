/** What the OpenAPI document says of the surface as a whole. */
export function documentInfo(publicUrl: string | null) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Umbrella Reporting API v1, answered by Belfry',
      version: '1.0.0',
      description: [
        'Blocked security events and destinations of one organization, and summaries over the customers below one, in the',
        'words of the Umbrella Reporting API v1 and its console endpoints.',
        '',
        'Key and secret come as Basic credentials with each request. `start`, `stop` and `end` are epoch seconds,',
        '`stopTimestamp` is epoch milliseconds.',
      ].join('\n'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl ?? '/', description: 'This server' }],
    tags: [
      { name: 'Reporting', description: 'Events of one organization' },
      { name: 'Console', description: 'Summaries over everything below an organization' },
    ],
    components: {
      securitySchemes: { key: { type: 'http' as const, scheme: 'basic', description: 'API key and secret' } },
    },
  };
}
