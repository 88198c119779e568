import type { Command } from 'commander';
import type { Output } from './output.ts';
import type { Session } from './session.ts';

export interface JsonOption {
  readonly json?: boolean;
}

/** The option every command has. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON document instead of text');
}

export function outputOf({ json = false }: JsonOption): Output {
  return { json };
}

/** Runs `work` against the Belfry of the data directory. What it needs is loaded here, so that help comes at once. */
export async function withBelfry<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
  const [{ loadConfig }, { withSession }] = await Promise.all([import('../config/index.ts'), import('./session.ts')]);
  return withSession(loadConfig(process.env), work);
}
