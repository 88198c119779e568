import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/index.ts';
import { OPTIONS } from '../../src/config/options.ts';
import { type DeployFile, deployFiles, fileOf, inDeploy } from './deploy-files.ts';

let files: readonly DeployFile[];

beforeAll(async () => {
  files = await deployFiles();
});

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: object;
  readonly networks: object;
}

interface ComposeService {
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly image: string;
  readonly build?: { readonly context: string; readonly args: Readonly<Record<string, string>> };
}

describe('the compose file', () => {
  const compose = (): Compose => parse(fileOf(files, 'deploy/compose/compose.yaml'), { merge: true });
  const services = () => Object.entries(compose().services);

  test('names services, volumes, networks and files that there are', async () => {
    const { volumes, networks, services: all } = compose();
    for (const [name, service] of services()) {
      for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect(condition, `${name} needs ${needed}`).toBe('service_healthy');
        expect(all[needed]?.healthcheck, `${name} needs ${needed}`).toBeDefined();
      }
      expect(Object.keys(networks), name).toEqual(expect.arrayContaining([...service.networks]));
      const sources = (service.volumes ?? []).map((volume) => String(volume.split(':')[0]));
      const kept = sources.filter((source) => !source.startsWith('.'));
      expect(Object.keys(volumes), name).toEqual(expect.arrayContaining(kept));
      // Certificates are everybody's own.
      const mounted = sources.filter((source) => source.startsWith('.') && source !== './tls');
      for (const source of mounted) await access(join(inDeploy('compose'), source));
    }
  });

  test('configures two processes that start, with one key and one data directory', () => {
    const secrets = parseEnv(fileOf(files, 'deploy/compose/belfry.env.example'));
    expect(Object.keys(secrets)).toEqual(
      expect.arrayContaining(['BELFRY_TOKEN_KEY', 'CLICKHOUSE_PASSWORD', 'POSTGRES_PASSWORD']),
    );
    const values = { ...secrets, BELFRY_TOKEN_KEY: 'k'.repeat(64), CLICKHOUSE_PASSWORD: 'c1', POSTGRES_PASSWORD: 'p1' };
    const processes = services().filter(([, { image }]) => image.startsWith('belfry'));
    expect(processes.map(([name]) => name)).toEqual(['belfry-1', 'belfry-2']);
    const configs = processes.map(([, { environment = {} }]) =>
      loadConfig(Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, filledIn(text, values)]))),
    );
    const [one, two] = configs;
    expect(one?.tokenKey).toBe('k'.repeat(64));
    expect(one).toEqual(two);
    expect(String(one?.controlUrl)).toContain('p1@postgres:5432/belfry');
    expect(new Set(processes.map(([, { volumes }]) => String(volumes))).size).toBe(1);
  });

  test('builds with arguments that the Dockerfile has, for services that nginx knows', () => {
    for (const [name, { build }] of services()) {
      if (build === undefined) continue;
      for (const argument of Object.keys(build.args)) expect(fileOf(files, 'Dockerfile')).toContain(`ARG ${argument}=`);
      expect(fileOf(files, 'deploy/nginx/belfry.conf')).toContain(`server ${name}:${OPTIONS.port.fallback} `);
    }
  });
});

function parseEnv(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => /^[A-Z]/.test(line));
  return Object.fromEntries(lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
}

/** `${NAME:?is missing}` and `${NAME:-default}`, as compose fills them in. */
function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (whole, name: string, kind: string, rest: string) => {
    if (values[name]) return values[name];
    if (kind === '-') return rest;
    throw new Error(`${whole} is not set`);
  });
}
