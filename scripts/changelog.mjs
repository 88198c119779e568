// `npm run changelog -- <version>`: moves the fragments of changelog.d/ into a new section of CHANGELOG.md.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fail, inRoot, read } from './root.mjs';

const KINDS = ['added', 'changed', 'fixed', 'removed', 'security'];
const TITLE = '# Changelog\n';

const [version = ''] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) fail('Say which version, for instance: npm run changelog -- 0.2.0');

const names = readdirSync(inRoot('changelog.d')).filter((name) => name !== 'README.md');
if (names.length === 0) fail('changelog.d holds no fragment.');
const stray = names.filter((name) => !KINDS.includes(kindOf(name)));
if (stray.length > 0) fail(`Not named <topic>.<${KINDS.join('|')}>.md: ${stray.join(', ')}`);

const heading = `## ${version} (${new Date().toISOString().slice(0, 10)})`;
const section = [heading, ...KINDS.flatMap(entries)].join('\n\n');
const changelog = read(inRoot('CHANGELOG.md')) ?? TITLE;
writeFileSync(inRoot('CHANGELOG.md'), changelog.replace(TITLE, `${TITLE}\n${section}\n`));
for (const name of names) rmSync(inRoot(`changelog.d/${name}`));

function kindOf(name) {
  return /^[a-z0-9-]+\.([a-z]+)\.md$/.exec(name)?.[1];
}

/** The kind's title and its entries as one list; nothing where the kind has none. */
function entries(kind) {
  const texts = names.filter((name) => kindOf(name) === kind).map((name) => read(inRoot(`changelog.d/${name}`)).trim());
  if (texts.length === 0) return [];
  const title = `### ${kind[0].toUpperCase()}${kind.slice(1)}`;
  return [title, texts.map((text) => `- ${text.replaceAll('\n', '\n  ')}`).join('\n')];
}
