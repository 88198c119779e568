// The table of rooms in docs/architecture.md, as rules: what each room may import of ours. Tests may import anything.

const ROOMS = {
  kit: [],
  model: ['kit'],
  config: ['kit', 'model'],
  events: ['kit', 'model'],
  control: ['kit', 'model'],
  formats: ['kit', 'model'],
  detect: ['kit', 'model'],
  sources: ['kit', 'model'],
  ingest: ['kit', 'model', 'formats', 'sources', 'events', 'control'],
  core: ['kit', 'model', 'events', 'control', 'detect', 'sources', 'ingest'],
  jobs: ['kit', 'model', 'core', 'ingest', 'control'],
  http: ['kit', 'model', 'config', 'dialects'],
};

const TEST = '\\.test\\.ts$';

const rooms = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `${room} may import ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: TEST },
  to: {
    path: '^(src|test|scripts|bench)/',
    pathNot: [room, ...allowed].map((name) => `^src/${name}/`),
  },
}));

module.exports = {
  forbidden: [
    ...rooms,
    {
      name: 'room-dialects',
      comment:
        'a dialect may import kit, model, core, dialects/kit and its own folder; never another dialect or a store',
      severity: 'error',
      from: { path: '^src/dialects/([^/]+)/', pathNot: TEST },
      to: {
        path: '^(src|test|scripts|bench)/',
        pathNot: ['^src/(kit|model|core|dialects/kit|dialects/$1)/', '^src/dialects/dialect\\.ts$'],
      },
    },
    {
      name: 'room-dialects-registry',
      comment: 'the registry and the contract may import kit, model, core and the dialects',
      severity: 'error',
      from: { path: '^src/dialects/[^/]+\\.ts$', pathNot: TEST },
      to: { path: '^(src|test|scripts|bench)/', pathNot: '^src/(kit|model|core|dialects)/' },
    },
    {
      name: 'jobs-type-of-control',
      comment:
        'the runner reads and writes its own queue, schedules and leases; of the rest of the control plane it knows types',
      severity: 'error',
      from: { path: '^src/jobs/', pathNot: TEST },
      to: {
        path: '^src/control/',
        pathNot: '^src/control/repos/(jobs|schedules|leases)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-test-code',
      comment: 'what ships imports no test, script or benchmark',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { path: `^(test|scripts|bench)/|${TEST}` },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-library',
      comment: 'what ships imports only what dependencies and optionalDependencies name',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
