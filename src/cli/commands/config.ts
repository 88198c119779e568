import type { Command } from 'commander';
import { printResult, table } from '../output.ts';
import { type JsonOption, outputOf, withJson } from '../run.ts';

export function addConfigCommand(program: Command): void {
  withJson(program.command('config').description('show every option, its value and where that comes from')).action(
    showConfig,
  );
}

async function showConfig(options: JsonOption): Promise<void> {
  const { describeConfig, loadConfig } = await import('../../config/index.ts');
  const lines = describeConfig(loadConfig(process.env), process.env);
  printResult(outputOf(options), lines, () =>
    table(
      ['VARIABLE', 'VALUE', 'FROM', 'WHAT IT DOES'],
      lines.map(({ variable, value, from, sentence }) => [variable, value, from, sentence]),
    ),
  );
}
