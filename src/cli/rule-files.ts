import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RuleFile } from '../core/detection/index.ts';
import { badInput } from '../model/errors.ts';

/** The YAML files in and below a folder, by path, or the one file that the path names. */
export async function readRules(path: string): Promise<RuleFile[]> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) throw badInput('path', path, `there is no file or folder ${path}`);
  if (info.isFile()) return [{ name: basename(path), text: await readFile(path, 'utf8') }];
  const files = await readRuleFolder(path);
  if (files.length === 0) throw badInput('path', path, `there are no YAML files in ${path}`);
  return files;
}

export async function readRuleFolder(folder: string): Promise<RuleFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/i.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const files: RuleFile[] = [];
  for (const path of paths)
    files.push({ name: path.slice(join(folder, '/').length), text: await readFile(path, 'utf8') });
  return files;
}

/** A file's text where there is such a file; else it is the id of a rule. */
export async function readRuleOnTrial(name: string): Promise<{ id: string } | { text: string; file: string }> {
  const info = await stat(name).catch(() => undefined);
  return info?.isFile() ? { text: await readFile(name, 'utf8'), file: basename(name) } : { id: name };
}
