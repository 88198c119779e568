import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config/index.ts';
import { OPTIONS } from '../../src/config/options.ts';
import { type DeployFile, deployFiles, isYaml } from './deploy-files.ts';

let files: readonly DeployFile[];

beforeAll(async () => {
  files = await deployFiles();
});

interface Container {
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly { readonly configMapRef?: { name: string }; readonly secretRef?: { name: string } }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold: number;
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly persistentVolumeClaim?: { claimName: string } }[];
  readonly terminationGracePeriodSeconds: number;
  readonly enableServiceLinks: boolean;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly resources?: readonly string[];
  readonly spec: {
    readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
    readonly selector: Labels & { readonly matchLabels: Labels };
    readonly ports: readonly { readonly targetPort?: string }[];
    readonly rules: readonly { readonly http: { readonly paths: readonly IngressPath[] } }[];
  };
}

interface IngressPath {
  readonly path: string;
  readonly backend: { readonly service: { readonly name: string } };
}

type Labels = Readonly<Record<string, string>>;

describe('the Kubernetes manifests', () => {
  const manifests = (): Manifest[] =>
    files
      .filter((file) => isYaml(file) && file.path.startsWith('deploy/kubernetes/'))
      .flatMap(({ text }) => parseAllDocuments(text, { merge: true }).map((document): Manifest => document.toJS()));
  const named = (kind: string, name: string) =>
    manifests().find((manifest) => manifest.kind === kind && manifest.metadata?.name === name);
  const deployments = () => manifests().filter(({ kind }) => kind === 'Deployment');

  test('are all in the kustomization, but for what one has to make or may leave out', () => {
    const [kustomization] = manifests().filter(({ kind }) => kind === 'Kustomization');
    const there = files.map(({ path }) => path).filter((path) => /^deploy\/kubernetes\/.*\.yaml$/.test(path));
    const listed = new Set(kustomization?.resources);
    const left = there.map((path) => path.slice('deploy/kubernetes/'.length)).filter((name) => !listed.has(name));
    expect(left).toEqual(['kustomization.yaml', 'pod-monitor.yaml', 'secret.example.yaml']);
    expect(there).toHaveLength(listed.size + left.length);
  });

  test('configure a process that starts', () => {
    const { data } = named('ConfigMap', 'belfry') ?? {};
    const { stringData } = named('Secret', 'belfry') ?? {};
    expect(deployments()).toHaveLength(2);
    for (const { spec } of deployments()) {
      const [container] = spec.template.spec.containers;
      const own = Object.fromEntries(container?.env?.map(({ name, value }) => [name, value]) ?? []);
      const config = loadConfig({ ...data, ...stringData, BELFRY_TOKEN_KEY: 'x'.repeat(64), ...own });
      expect(config.eventsUrl).not.toBeNull();
      expect(config.controlUrl).not.toBeNull();
      expect(container?.envFrom).toEqual([{ configMapRef: { name: 'belfry' } }, { secretRef: { name: 'belfry' } }]);
      // Kubernetes would set BELFRY_PORT to `tcp://…` for the service.
      expect(spec.template.spec.enableServiceLinks).toBe(false);
    }
  });

  test('do all the work there is between them', () => {
    const roles = deployments().flatMap(({ spec }) => {
      const [container] = spec.template.spec.containers;
      return container?.env?.find(({ name }) => name === 'BELFRY_ROLES')?.value.split(',') ?? [];
    });
    expect(roles.sort()).toEqual(OPTIONS.roles.fallback.split(',').sort());
  });

  test('probe what the server answers, and give it the time it takes', () => {
    const drainSeconds = Number(named('ConfigMap', 'belfry')?.data?.BELFRY_DRAIN_SECONDS);
    for (const { spec } of deployments()) {
      const { containers, terminationGracePeriodSeconds } = spec.template.spec;
      const [container] = containers;
      expect(container?.ports).toEqual([{ name: 'http', containerPort: Number(OPTIONS.port.fallback) }]);
      expect(container?.startupProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
      expect(container?.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
      expect(container?.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
      // Longer than a store is waited for: src/cli/readiness.ts.
      expect(container?.readinessProbe.timeoutSeconds).toBeGreaterThan(5);
      const { periodSeconds = 0, failureThreshold = 0 } = container?.readinessProbe ?? {};
      expect(drainSeconds).toBeGreaterThan(periodSeconds * failureThreshold);
      const longestQuery = Number(OPTIONS.queryTimeoutSeconds.fallback);
      expect(terminationGracePeriodSeconds).toBeGreaterThan(drainSeconds + longestQuery);
    }
  });

  test('mount volumes, select pods and lead to services that there are', () => {
    for (const { spec } of deployments()) {
      const { containers, volumes } = spec.template.spec;
      const mounted = containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name));
      expect(volumes.map(({ name }) => name).sort()).toEqual(mounted.sort());
      for (const { persistentVolumeClaim: claim } of volumes) {
        if (claim) expect(named('PersistentVolumeClaim', claim.claimName)).toBeDefined();
      }
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    }
    const api = named('Deployment', 'belfry-api');
    expect(api?.spec.template.metadata.labels).toMatchObject(named('Service', 'belfry')?.spec.selector ?? { no: '' });
    const rules = named('Ingress', 'belfry')?.spec.rules ?? [];
    const backends = rules.flatMap(({ http }) => http.paths.map(({ backend }) => backend.service.name));
    expect(backends.length).toBeGreaterThan(0);
    for (const name of backends) expect(named('Service', name), name).toBeDefined();
  });
});
