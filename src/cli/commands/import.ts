import type { Command } from 'commander';
import type { ImportedFile, ImportSummary } from '../import-files.ts';
import { note, printResult, table } from '../output.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';

export function addImportCommand(program: Command): void {
  withJson(
    program
      .command('import <org> <path...>')
      .description('import log files, folders of them, or standard input (-) into an organization')
      .option('--format <name>', 'format, or format/variant, of all of them; recognised if not given')
      .option('--timezone <zone>', 'zone of times that are logged without one, such as Europe/Berlin (default: UTC)'),
  ).action(importLogs);
}

interface ImportCommandOptions extends JsonOption {
  readonly format?: string;
  readonly timezone?: string;
}

async function importLogs(slug: string, paths: readonly string[], options: ImportCommandOptions): Promise<void> {
  const { findLogFiles } = await import('../log-files.ts');
  const { importFiles, isComplete } = await import('../import-files.ts');
  const files = await findLogFiles(paths);
  const summary = await withBelfry(async ({ api }) => {
    // An unknown organization is one fault, not one of each file.
    await api.get(`/organizations/${encodeURIComponent(slug)}`);
    return importFiles(api, slug, files, options);
  });
  printResult(outputOf(options), summary, () => summaryText(summary));
  if (!isComplete(summary)) process.exitCode = 1;
  if (!options.json) for (const line of faultLines(summary)) note(line);
}

function summaryText(summary: ImportSummary): string {
  if (summary.files.length === 0) return 'There are no files in there.';
  const row = (name: string, format: string | null, item: Omit<ImportSummary, 'files'>) =>
    [name, format, item.received, item.stored, item.rejected, item.duplicate, item.ignored] as const;
  const rows = summary.files
    .filter((file) => file.error === undefined)
    .map((file) => row(file.path, file.format, file));
  if (rows.length === 0) return 'Nothing was imported.';
  const total = rows.length > 1 ? [row('total', '', summary)] : [];
  return table(['FILE', 'FORMAT', 'RECEIVED', 'STORED', 'REJECTED', 'DUPLICATE', 'IGNORED'], [...rows, ...total]);
}

function faultLines({ files, setAside }: ImportSummary): string[] {
  const lines = [...files.flatMap(faultLine), ...files.flatMap(setAsideLines)];
  if (setAside > 0) lines.push(`${setAside} records are not stored; their bytes are kept, see belfry batches`);
  return lines;
}

function setAsideLines({ path, batchesSetAside = [] }: ImportedFile): string[] {
  return batchesSetAside.map(
    ({ batch, received, reason }) => `set aside: ${path}: batch ${batch}, ${received} records: ${reason}`,
  );
}

function placeOf({ packedOffset, unpackedOffset }: NonNullable<ImportedFile['damage']>): string {
  return `at byte ${packedOffset} of the file, ${unpackedOffset} unpacked`;
}

function faultLine({ path, error, damage, skipped }: ImportedFile): string[] {
  if (skipped) return [`skipped: ${path}: no log in a known format`];
  if (error !== undefined) return [`failed: ${path}: ${error.message}`];
  if (damage !== undefined)
    return [`incomplete: ${path}: ${damage.reason} ${placeOf(damage)}; what came before is stored`];
  return [];
}
