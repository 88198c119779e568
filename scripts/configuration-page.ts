import { OPTION_LIST } from '../src/config/options.ts';

/** The text of docs/configuration.md, from the table of options. */
export function configurationPage(): string {
  const rows = OPTION_LIST.map(([, { variable, schema, fallback, sentence, secret }]) =>
    row([
      `\`${variable}\``,
      sentence + (secret ? ' Secret: shown nowhere.' : ''),
      schema.description ?? '',
      fallback === null ? 'not set' : fallback === '' ? 'none' : `\`${fallback}\``,
    ]),
  );
  return [
    '# Configuration',
    '',
    '<!-- Generated from src/config/options.ts by `npm run docs:config`. -->',
    '',
    'Belfry is configured by environment variables. An empty variable counts as unset. A start with a faulty configuration',
    'stops and names every fault at once; a `BELFRY_…` variable that is not listed here is one of them.',
    '`npx belfry config` shows what is in force.',
    '',
    row(['Variable', 'What it does', 'Values', 'Default']),
    row(['---', '---', '---', '---']),
    ...rows,
    '',
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
