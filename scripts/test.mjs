// `npm test`: everything a fresh clone needs, then the tests.
import { DEVELOPMENT } from './install.mjs';
import { run } from './run.mjs';
import { setUp } from './setup.mjs';

await setUp(DEVELOPMENT);
// Processes that tests start are then what users run, and begin sooner than from sources.
process.env.TEST_BUILT = '1';
run('node_modules/vitest/vitest.mjs', ['run', ...process.argv.slice(2)]);
