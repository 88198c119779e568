import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** Suites about what is kept, and about what comes out: the same over every combination of engines. */
const CONTROL = ['src/control/**/*.int.test.ts'];
/** They start a server of their own, whatever the project has. */
const POSTGRES_ITSELF = ['src/control/postgres-*.int.test.ts'];
const EVENTS = ['src/events/**/*.int.test.ts'];
const BOTH = [
  'src/ingest/**/*.int.test.ts',
  'src/jobs/**/*.int.test.ts',
  'src/core/**/*.int.test.ts',
  'test/contract/dialects.int.test.ts',
];

// chDB allows one process per data directory and does not survive worker threads, hence forks.
const shared = {
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 120_000,
} satisfies TestProjectInlineConfiguration['test'];

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
      serverProject('postgres', { BELFRY_TEST_CONTROL: 'server' }, [...CONTROL, ...BOTH]),
      serverProject('clickhouse', { BELFRY_TEST_EVENTS: 'server' }, [...EVENTS, ...BOTH]),
      serverProject('servers', { BELFRY_TEST_CONTROL: 'server', BELFRY_TEST_EVENTS: 'server' }, [...CONTROL, ...BOTH]),
    ],
  },
});

/** The suites that `include` names, with stores on servers: a PostgreSQL of the run's own, and a stand-in for ClickHouse. */
function serverProject(name: string, env: Record<string, string>, include: string[]): TestProjectInlineConfiguration {
  return {
    test: {
      ...shared,
      name,
      include,
      exclude: POSTGRES_ITSELF,
      env,
      globalSetup: ['test/postgres-server/global-setup.ts'],
    },
  };
}
