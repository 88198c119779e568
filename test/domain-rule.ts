import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Belfry } from './belfry-process.ts';

const RULE = `title: Domain of the test
id: 6c1f7c35-5f5e-4f0a-9d59-3b2f0f2f7a11
status: test
logsource: {category: dns}
detection: {selection: {query|endswith: '.bad.example'}, condition: selection}
level: high
`;

/** Has a server raise alarms about `*.bad.example`, and about nothing else. */
export async function useDomainRule(belfry: Belfry, folder: string): Promise<void> {
  const rules = join(folder, 'rules');
  await mkdir(rules);
  await writeFile(join(rules, 'domain.yml'), RULE);
  await belfry.json('rules', 'disable', '--all');
  await belfry.json('rules', 'import', rules, '--enable');
}
