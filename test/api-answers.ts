import { basicAuth } from './basic-auth.ts';
import type { BelfryServer } from './belfry-process.ts';
import { type ClientAndSecret, tokenFrom } from './client-token.ts';

/** Who asks, of one organization: what it takes on each surface. */
export interface Asker {
  readonly organization: { readonly id: number; readonly slug: string };
  /** Umbrella v1 and v2, USM Anywhere. */
  readonly client: ClientAndSecret;
  readonly central: ClientAndSecret;
  readonly clumioToken: string;
  /** Milliseconds since 1970. */
  readonly range: { readonly from: number; readonly to: number };
}

/**
 * What the surfaces answer to the same questions: bodies by path, addresses of the server cut out. Every question is one that
 * does not depend on when it is asked. Fails where one is not answered with 200.
 */
export async function askAll(server: BelfryServer, asker: Asker): Promise<ReadonlyMap<string, unknown>> {
  const answers = new Map<string, unknown>();
  const refused: string[] = [];
  for (const [authorization, paths] of await questions(server, asker)) {
    for (const path of paths) {
      const answer = await fetch(`${server.address}${path}`, {
        headers: { authorization, accept: 'application/json' },
      });
      const text = await answer.text();
      if (answer.status !== 200) refused.push(`${path}: ${answer.status} ${text}`);
      answers.set(path, JSON.parse(text.replaceAll(new URL(server.address).host, 'belfry'), withoutLinks));
    }
  }
  if (refused.length > 0) throw new Error(refused.join('\n'));
  return answers;
}

/** Links to next pages hold cursors, which are sealed anew each time. */
function withoutLinks(key: string, value: unknown): unknown {
  return key === '_links' ? undefined : value;
}

async function questions(server: BelfryServer, asker: Asker): Promise<(readonly [string, readonly string[]])[]> {
  const { organization, client, central, range } = asker;
  const { id, slug } = organization;
  const window = `from=${range.from}&to=${range.to}&limit=100`;
  const v2 = ['activity', 'activity/dns', 'activity/proxy', 'top-destinations', 'top-identities', 'top-categories'];
  const more = ['summary', 'requests-by-hour', 'top-threats', 'top-files'];
  return [
    [
      `Bearer ${server.token}`,
      [
        // Not clients: when each was last used changes with every question.
        ...['organizations', 'users', 'rules', 'peers'].map((path) => `/belfry/v1/${path}`),
        ...['', '/imports', '/rejects', '/settings', '/alarms', '/labels'].map(
          (path) => `/belfry/v1/organizations/${slug}${path}`,
        ),
      ],
    ],
    [
      await bearer(server, '/auth/v2/token', client),
      [...v2, ...more].map((path) => `/reports/v2/${path}?${window}&offset=0`),
    ],
    [
      basicAuth(client.clientId, client.clientSecret),
      [
        `/v1/organizations/${id}/security-activity?start=${Math.trunc(range.from / 1000)}&stop=${Math.trunc(range.to / 1000)}&limit=100`,
      ],
    ],
    [await bearer(server, '/api/2.0/oauth/token', client), ['/api/2.0/alarms?size=100', '/api/2.0/events?size=100']],
    [await bearer(server, '/api/1.1/oauth/token', central), ['/api/1.1/alarms?size=100', '/api/1.1/deployments']],
    [
      `Bearer ${asker.clumioToken}`,
      [
        '/tasks?limit=100',
        '/organizational-units',
        '/alerts/consolidated?limit=100',
        '/alerts/individual?limit=100',
        '/reports/downloads',
        '/reports/compliance/configurations',
      ],
    ],
  ];
}

async function bearer(server: BelfryServer, path: string, client: ClientAndSecret): Promise<string> {
  return `Bearer ${await tokenFrom(server, path, client)}`;
}
