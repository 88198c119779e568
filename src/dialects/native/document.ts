import { VERSION } from '../../kit/version.ts';
import type { SurfaceDescription } from '../kit/serve-document.ts';

/** What the OpenAPI document says of the surface as a whole. */
export const ABOUT: SurfaceDescription = {
  title: 'Belfry API',
  version: VERSION,
  description: 'Administers Belfry itself: organizations, people, API clients, imports. The command line speaks it.',
  tags: [
    { name: 'Server', description: 'The installation as a whole' },
    { name: 'Organizations', description: 'The tree that serves every surface' },
    { name: 'Users', description: 'People, who sign in with e-mail address and password' },
    { name: 'Clients', description: 'Credentials of programs' },
    { name: 'Imports', description: 'Logs in, and what became of them' },
    { name: 'Reports', description: 'Security reports that were asked for' },
    { name: 'Peers', description: 'Other servers, whose alarms become those of an organization' },
    { name: 'Alarms', description: 'Alarms, labels on them, and rules that hide them' },
    { name: 'Rules', description: 'Rules of detection, which make alarms of events' },
  ],
  securitySchemes: {
    operator: {
      type: 'http',
      scheme: 'bearer',
      description: 'The token in `server.json` of the data directory',
    },
    person: { type: 'http', scheme: 'basic', description: 'E-mail address and password' },
  },
};
