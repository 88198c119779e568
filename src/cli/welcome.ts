import { listOrganizations } from '../control/repos/organizations.ts';
import type { FirstDemo } from './first-demo.ts';
import type { Belfry } from './start-belfry.ts';

/** What the terminal shows once the server is ready: where it is, and what to try. */
export async function welcome(belfry: Belfry, demo: FirstDemo | undefined): Promise<string> {
  const lines = ['', `Belfry answers at ${belfry.address}`, ''];
  if (demo !== undefined) lines.push(...demoLines(belfry.address, demo));
  else if ((await listOrganizations(belfry.context.control.db)).length === 0) lines.push(...firstSteps());
  else
    lines.push(
      '  npx belfry org list                            the organizations',
      '  npx belfry client create <org> --name <text>   a key and secret for one of them',
      '',
    );
  lines.push(`API documents: ${belfry.address}/docs/<surface>, such as umbrella-reporting-v2    Stop: Ctrl-C`, '');
  return `${lines.join('\n')}\n`;
}

function firstSteps(): string[] {
  return [
    'There is no organization yet. In another terminal:',
    '  npx belfry org create acme --name "Acme"',
    '  npx belfry client create acme --name "first client"',
    '  npx belfry import acme <log file or folder>…',
    '',
  ];
}

function demoLines(address: string, demo: FirstDemo): string[] {
  const report = `curl -s -H "Authorization: Bearer $TOKEN" '${address}/reports/v2`;
  return [
    `Demo set: ${demo.stored} events of the last ${demo.days} days in ${demo.organizations.length} organizations:`,
    ...demo.organizations.map(
      (organization) => `  ${organization.id}  ${organization.slug.padEnd(18)} ${organization.name}`,
    ),
    '',
    ...(demo.login === null ? [] : [`Login (for ${address}/belfry/v1):  ${demo.login.email}  ${demo.login.password}`]),
    `API key and secret of ${demo.client.organization}:  ${demo.client.clientId}  ${demo.client.clientSecret}`,
    'They are shown this once; `npx belfry client reset-secret` and `npx belfry user create` make new ones.',
    '',
    'Try:',
    `  TOKEN=$(curl -s -u ${demo.client.clientId}:${demo.client.clientSecret} -d grant_type=client_credentials '${address}/auth/v2/token' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `  ${report}/activity/dns?from=-1days&to=now&limit=3&verdict=blocked'; echo`,
    `  ${report}/top-destinations?from=-7days&to=now&limit=5'; echo`,
    `  npx belfry alarms list ${demo.client.organization}`,
    '',
  ];
}
