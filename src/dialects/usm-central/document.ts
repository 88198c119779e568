/** What the OpenAPI document says of the surface as a whole. */
export function documentInfo(publicUrl: string | null) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'USM Central API 1.1, answered by Belfry',
      version: '1.1.0',
      description: [
        'Deployments of a provider and the alarms of all of them, in the words of the USM Central API 1.1.',
        '',
        'Every organization below the client’s own is a deployment. Clients are made for this API and work here alone.',
        'Parameters that are not known and those without a value are ignored. Collections are walked by `_links.next.href`.',
      ].join('\n'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl ?? '/', description: 'This server' }],
    tags: [
      { name: 'Token', description: 'Credentials' },
      { name: 'Deployments', description: 'Organizations below the client’s' },
      { name: 'Alarms', description: 'What rules found, in all deployments' },
    ],
    components: {
      securitySchemes: {
        client: { type: 'http' as const, scheme: 'basic', description: 'Client id and secret' },
        token: { type: 'http' as const, scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}
