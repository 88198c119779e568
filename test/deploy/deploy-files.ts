import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Absolute path of something in `deploy/`. */
export function inDeploy(path: string): string {
  return join(ROOT, 'deploy', path);
}

export interface DeployFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every file of `deploy/`, and the Dockerfile. */
export async function deployFiles(): Promise<DeployFile[]> {
  const entries = await readdir(inDeploy('.'), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const all = [join(ROOT, 'Dockerfile'), ...paths].map((path) => relative(ROOT, path)).sort();
  return Promise.all(all.map(async (path) => ({ path, text: await readFile(join(ROOT, path), 'utf8') })));
}

export function isYaml({ path }: DeployFile): boolean {
  return /\.ya?ml$/.test(path);
}

export function fileOf(files: readonly DeployFile[], path: string): string {
  const found = files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`there is no ${path}`);
  return found.text;
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function rulesOf(text: string): readonly Rule[] {
  const { groups }: Rules = parse(text);
  return groups.flatMap(({ rules }) => rules);
}

export function metricsOfRules(text: string): Set<string> {
  return new Set(rulesOf(text).flatMap(({ expr }) => metricsIn(expr)));
}

/** Of every query of every panel and variable, wherever it stands. */
export function metricsOfDashboard(text: string): Set<string> {
  const found = new Set<string>();
  JSON.parse(text, (key, value) => {
    if ((key === 'expr' || key === 'query') && typeof value === 'string')
      for (const name of metricsIn(value)) found.add(name);
    return value;
  });
  return found;
}

/** Names that `npm test` cannot see printed: of Prometheus itself, and those that the backup unit writes down. */
export async function ofOtherPrograms(): Promise<string[]> {
  return ['up', ...metricsIn(await readFile(inDeploy('systemd/belfry-backup'), 'utf8'))];
}

function metricsIn(text: string): string[] {
  return text.match(/\b(?:belfry_[a-z0-9_]+[a-z0-9]|process_[a-z_]+|nodejs_[a-z0-9_]+|up)\b(?=[^(a-z_]|$)/g) ?? [];
}
