import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const CONTROL = ['src/control/**/*.int.test.ts'];
/** They start a server of their own, whatever the project has. */
const POSTGRES_ITSELF = ['src/control/postgres-*.int.test.ts'];
const EVENTS = ['src/events/**/*.int.test.ts'];
/** What works with both stores, and what comes out: over both in this process, and over both on servers. */
const BOTH = ['src/ingest/**/*.int.test.ts', 'src/jobs/**/*.int.test.ts', 'test/contract/dialects.int.test.ts'];
const CORE = ['src/core/**/*.int.test.ts'];
/** Long comparisons of statements with each other: the engine behind the stand-in is the embedded one. */
const LONG_COMPARISONS = ['differential', 'compliance-items', 'backup-jobs'].map(
  (name) => `src/events/queries/${name}.int.test.ts`,
);
/** `ENGINES=all npm test` runs over every combination what otherwise runs over the one it is most likely to fail on. */
const isLong = process.env.ENGINES === 'all';

// chDB allows one process per data directory and does not survive worker threads, hence forks.
const shared = {
  pool: 'forks',
  testTimeout: isLong ? 240_000 : 120_000,
  hookTimeout: 120_000,
} satisfies TestProjectInlineConfiguration['test'];

const POSTGRES = { TEST_CONTROL: 'server' };
const CLICKHOUSE = { TEST_EVENTS: 'server' };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'embedded',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
          // Some tests are about PostgreSQL itself.
          globalSetup: ['test/postgres-server/global-setup.ts'],
        },
      },
      serverProject('postgres', POSTGRES, [...CONTROL, ...(isLong ? [...BOTH, ...CORE] : [])]),
      serverProject(
        'clickhouse',
        CLICKHOUSE,
        [...EVENTS, ...(isLong ? [...BOTH, ...CORE] : [])],
        isLong ? [] : LONG_COMPARISONS,
      ),
      serverProject('servers', { ...POSTGRES, ...CLICKHOUSE }, [
        ...BOTH,
        ...(isLong ? [...CONTROL, ...CORE] : ['src/control/ledger.int.test.ts', 'src/core/backup/**/*.int.test.ts']),
      ]),
      ...(isLong ? [serverProject('cluster', { TEST_EVENTS: 'cluster' }, [...EVENTS, ...BOTH])] : []),
    ],
  },
});

/** The suites that `include` names, with stores on servers: a PostgreSQL of the run's own, and a stand-in for ClickHouse. */
function serverProject(
  name: string,
  env: Record<string, string>,
  include: string[],
  exclude: string[] = [],
): TestProjectInlineConfiguration {
  return {
    test: {
      ...shared,
      name,
      include,
      exclude: [...POSTGRES_ITSELF, ...exclude],
      env,
      globalSetup: ['test/postgres-server/global-setup.ts'],
    },
  };
}
