/** What the OpenAPI document says of the surface as a whole. */
export function documentInfo(publicUrl: string | null) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'USM Anywhere API 2.0, answered by Belfry',
      version: '2.0.0',
      description: [
        'Alarms and events of one organization, in the words of the USM Anywhere API 2.0.',
        '',
        'The organization is the one whose slug begins the Host name, or else the client’s own. Parameters that are not known',
        'and those without a value are ignored. Collections are walked by `_links.next.href`.',
      ].join('\n'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl ?? '/', description: 'This server' }],
    tags: [
      { name: 'Token', description: 'Credentials' },
      { name: 'Alarms', description: 'What rules found in events, and labels on it' },
      { name: 'Events', description: 'What logs say, one record each' },
    ],
    components: {
      securitySchemes: {
        client: { type: 'http' as const, scheme: 'basic', description: 'Client id and secret' },
        token: { type: 'http' as const, scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}
