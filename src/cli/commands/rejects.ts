import type { Command } from 'commander';
import { note, printResult } from '../output.ts';
import { printable } from '../printable.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { Reject } from '../wire.ts';

export function addRejectsCommand(program: Command): void {
  withJson(
    program
      .command('rejects <org>')
      .description('show records that were refused, where they stand and why; the latest batch first')
      .option('--limit <number>', 'how many, at most 1000', '100')
      .option('--after <position>', 'go on where an earlier page ended'),
  ).action(listRejects);
}

interface RejectsOptions extends JsonOption {
  readonly limit: string;
  readonly after?: string;
}

interface RejectPage {
  readonly data: readonly Reject[];
  readonly next: string | null;
}

async function listRejects(slug: string, options: RejectsOptions): Promise<void> {
  const { limit, after } = options;
  const path = `/organizations/${encodeURIComponent(slug)}/rejects`;
  const page = await withBelfry(({ api }) => api.get<RejectPage>(path, { limit, after }));
  const { data: rejects, next } = page;
  printResult(outputOf(options), { rejects, next }, () =>
    rejects.length === 0 ? 'No record was refused.' : rejects.map(rejectText).join('\n'),
  );
  if (next !== null && !options.json) note(`more: belfry rejects ${slug} --after ${next}`);
}

const SHOWN = 300;

function rejectText({ path, line, reason, raw, rawBase64 }: Reject): string {
  const record = raw === null ? `(base64) ${rawBase64}` : printable(raw);
  const shown = record.length > SHOWN ? `${record.slice(0, SHOWN)}…` : record;
  return `${path ?? '(unknown input)'}:${line}: ${reason}\n    ${shown}`;
}
