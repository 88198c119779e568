import type { TestProject } from 'vitest/node';
import { startPostgres } from './start-postgres.ts';

/**
 * One PostgreSQL server for a run whose control data is to be on a server (`TEST_CONTROL=server`, in the environment
 * or in a project's `env`). `TEST_POSTGRES` tells the forks where it is; where that is set already, it is another
 * server's superuser, and nothing is started.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const wanted = process.env.TEST_CONTROL ?? project.config.env?.TEST_CONTROL;
  if (wanted !== 'server' || process.env.TEST_POSTGRES !== undefined) return undefined;
  const server = await startPostgres();
  process.env.TEST_POSTGRES = server.url;
  return async () => {
    delete process.env.TEST_POSTGRES;
    await server.remove();
  };
}
