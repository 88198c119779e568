import type { Command } from 'commander';
import { note, printResult, table } from '../output.ts';
import { printable } from '../printable.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { Session } from '../session.ts';
import type { Batch } from '../wire.ts';

export function addBatchesCommands(program: Command): void {
  const batches = program.command('batches').description('batches that are not in the event store');
  withJson(
    batches
      .command('list')
      .description('list batches of all organizations that wait or were set aside, with whom they wait for and why')
      .option('--limit <number>', 'how many, at most 1000', '100'),
  ).action(listBatches);
  withJson(
    batches
      .command('give-up <number...>')
      .description('set batches aside whose bytes nobody brings back, so that what came after them is looked at'),
  ).action(changeBatches('give-up', givenUpText));
  withJson(
    batches
      .command('retry <number...>')
      .description('load batches that were set aside again, under new numbers; their bytes must be in a spool'),
  ).action(changeBatches('retry', retriedText));
}

interface ListOptions extends JsonOption {
  readonly limit: string;
}

async function listBatches(options: ListOptions): Promise<void> {
  const { limit } = options;
  const { data } = await withBelfry(({ api }) => api.get<{ data: Batch[] }>('/batches', { limit }));
  printResult(outputOf(options), data, () => (data.length === 0 ? 'No batch waits or is set aside.' : listText(data)));
}

function listText(batches: readonly Batch[]): string {
  return table(
    ['NUMBER', 'ORGANIZATION', 'STATE', 'RECORDS', 'PATH', 'OPENED', 'ATTEMPTS', 'WAITS FOR', 'REASON'],
    batches.map(({ batch, organization, state, received, path, openedAt, attempts, waitsFor, reason }) => [
      batch,
      organization,
      state.replace('_', ' '),
      received,
      path && printable(path),
      openedAt,
      attempts,
      waitsFor,
      reason && printable(reason),
    ]),
  );
}

/** One after the other. Where one is refused, what was done before it is told, and those after it are left. */
function changeBatches(verb: 'give-up' | 'retry', text: (number: string, batch: Batch) => string) {
  return async (numbers: readonly string[], options: JsonOption): Promise<void> => {
    const changed: Batch[] = [];
    const changeAll = async ({ api }: Session) => {
      for (const number of numbers) {
        changed.push(await api.post<Batch>(`/batches/${encodeURIComponent(number)}/${verb}`));
      }
    };
    const allText = () => changed.map((batch, index) => text(numbers[index] ?? '', batch)).join('\n');
    await withBelfry(changeAll).catch((error: unknown) => {
      if (changed.length > 0 && !options.json) note(allText());
      throw error;
    });
    printResult(outputOf(options), changed, allText);
  };
}

function givenUpText(number: string, { state, received, organization, path }: Batch): string {
  if (state === 'committed') return `Batch ${number} was stored after all, and is committed.`;
  const input = path === null ? '' : ` from ${printable(path)}`;
  return `Batch ${number} of ${organization} is set aside: ${received} records${input} are in no answer.`;
}

function retriedText(number: string, { batch }: Batch): string {
  return `Batch ${number} is open again, as ${batch}.`;
}
