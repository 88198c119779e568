// Where the surface is found (section 1).

/** Current and legacy path of the token endpoint. */
export const TOKEN_PATHS = ['/auth/v2/token', '/auth/v2/oauth2/token'];

/** Where reports are found: the current path, the legacy one, and the regional one that the vendor's redirects lead to. */
export const REPORT_PREFIXES = ['/reports/v2', '/v2/organizations/:organizationId', '/organizations/:organizationId'];

/**
 * Where a provider's reports are found (section 8): the current path, the legacy one of the vendor's Postman collection, and
 * the provider's number where `mspOrganizationId` may have stood.
 */
export const PROVIDER_PREFIXES = [
  '/reports/v2/providers',
  '/v2/providers',
  '/v2/providers/:organizationId',
  ...REPORT_PREFIXES.slice(1).map((prefix) => `${prefix}/providers`),
];

/** Everything below these is this dialect's. */
export const PREFIXES = ['/auth/v2', '/reports/v2', '/v2', '/organizations'];
