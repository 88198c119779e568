import type { Command } from 'commander';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('serve the data directory until told to stop; options come from the environment, see `belfry config`')
    .action(serve);
}

async function serve(): Promise<void> {
  const [{ loadConfig }, { runServe }] = await Promise.all([import('../../config/index.ts'), import('../serve.ts')]);
  await runServe(loadConfig(process.env));
}
