import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { OPTION_LIST, OPTIONS } from '../../src/config/options.ts';
import { type DeployFile, deployFiles, fileOf, isYaml, ROOT, rulesOf } from './deploy-files.ts';

let files: readonly DeployFile[];

beforeAll(async () => {
  files = await deployFiles();
});

describe('every file', () => {
  test('says how it was checked', () => {
    const silent = files.filter(({ path, text }) => !path.endsWith('.gitignore') && !/Checked: /.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('of YAML parses, without aliases or keys that lead nowhere', () => {
    const yaml = files.filter(isYaml);
    expect(yaml.length).toBeGreaterThan(10);
    for (const { path, text } of yaml) {
      const faults = parseAllDocuments(text, { merge: true }).flatMap(({ errors, warnings }) => [
        ...errors,
        ...warnings,
      ]);
      expect(faults, path).toEqual([]);
    }
  });

  test('names, as every document does, only variables that exist', async () => {
    const known = new Set<string>(OPTION_LIST.map(([, { variable }]) => variable));
    const docs = await Promise.all(
      [
        'README.md',
        ...(await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
      ].map(async (path) => ({ path, text: await readFile(join(ROOT, path), 'utf8') })),
    );
    const named = [...files, ...docs].flatMap(({ path, text }) =>
      (text.match(/\bBELFRY_[A-Z][A-Z_]*\b/g) ?? []).map((variable) => ({ path, variable })),
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter(({ variable }) => !known.has(variable))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  test('copies what there is, listens where the server does, and sets what Node needs before it starts', () => {
    const text = fileOf(files, 'Dockerfile');
    expect(text).toContain(`EXPOSE ${OPTIONS.port.fallback}`);
    expect(text).toContain('UV_THREADPOOL_SIZE=16');
    expect(text).toContain('CMD ["node", "dist/main.js", "serve"]');
    const ignored = readFile(join(ROOT, '.dockerignore'), 'utf8').then((list) =>
      list.split('\n').flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : [])),
    );
    const copied = text.split('\n').flatMap((line) => {
      if (!line.startsWith('COPY ') || line.includes('--from=')) return [];
      return line
        .split(/\s+/)
        .slice(1, -1)
        .filter((word) => !word.startsWith('--'));
    });
    expect(copied.length).toBeGreaterThan(8);
    return Promise.all(
      copied.map(async (path) => {
        expect(await readdir(join(ROOT, dirname(path))), path).toContain(path.split('/').at(-1));
        const allowed = (await ignored).some((entry) => path === entry || path.startsWith(`${entry}/`));
        expect(allowed, `${path} is in .dockerignore's exceptions`).toBe(true);
      }),
    );
  });
});

describe('the systemd units', () => {
  test('start what there is, with settings that exist, and wait as long as a stop takes', async () => {
    const unit = fileOf(files, 'deploy/systemd/belfry.service');
    expect(unit).toContain('ExecStart=/usr/bin/node dist/main.js serve');
    expect(unit).toMatch(/^Environment=.*\bUV_THREADPOOL_SIZE=16\b/m);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(
      Number(OPTIONS.queryTimeoutSeconds.fallback),
    );
    const backup = fileOf(files, 'deploy/systemd/belfry-backup.service');
    const script = /^ExecStart=\/opt\/belfry\/(.+)$/m.exec(backup)?.[1] ?? '';
    expect(files.map(({ path }) => path)).toContain(script);
  });
});

describe('the alerts', () => {
  test('each have a severity, a summary, and what to do in the documentation', async () => {
    const guide = await readFile(join(ROOT, 'docs/monitoring.md'), 'utf8');
    const anchors = [...guide.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase());
    const alerts = rulesOf(fileOf(files, 'deploy/prometheus/belfry.rules.yml'));
    expect(alerts.length).toBeGreaterThan(15);
    for (const { alert, labels, annotations } of alerts) {
      expect(['critical', 'warning', 'info'], alert).toContain(labels?.severity);
      expect(annotations?.summary, alert).toBeTruthy();
      expect(annotations?.runbook, alert).toBe(`docs/monitoring.md#${alert?.toLowerCase()}`);
      expect(anchors, alert).toContain(alert?.toLowerCase());
    }
  });

  test('have a test each that lists them', () => {
    const tested = fileOf(files, 'deploy/prometheus/belfry.rules.test.yml');
    const untested = rulesOf(fileOf(files, 'deploy/prometheus/belfry.rules.yml')).filter(
      ({ alert }) => !tested.includes(`${alert}`),
    );
    expect(untested.map(({ alert }) => alert)).toEqual([]);
  });
});
