import type { SurfaceDescription } from '../kit/serve-document.ts';

/** What the OpenAPI document says of the surface as a whole. */
export const ABOUT: SurfaceDescription = {
  title: 'Clumio REST API for reports, answered by Belfry',
  version: '1.0.0',
  description: [
    'Reports, tasks, the audit trail and organizational units, in the words of the Clumio REST API.',
    '',
    'A request is served in the organizational unit that `X-Clumio-OrganizationalUnit-Context` names, and all below it; without',
    'one, in that of the token. Each resource has versions, which `Accept` names; all paths are found under `/api` too.',
  ].join('\n'),
  tags: [
    { name: 'Discovery', description: 'What there is' },
    { name: 'Audit trails', description: 'Who changed what' },
    { name: 'Organizational units', description: 'The tree of organizations' },
    { name: 'Alerts', description: 'Backups and restores that failed, and alarms' },
    { name: 'Compliance reports', description: 'Whether assets and policies meet what is required, by schedule' },
    { name: 'Reports', description: 'Files of what was done, asked for and fetched later' },
    { name: 'Tasks', description: 'Work that takes its time' },
  ],
  securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'API token' } },
};
