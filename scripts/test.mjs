// `npm test`: everything a fresh clone needs, then the tests.
import { run } from './run.mjs';
import { setUp } from './setup.mjs';

await setUp();
run('node_modules/vitest/vitest.mjs', ['run', ...process.argv.slice(2)]);
