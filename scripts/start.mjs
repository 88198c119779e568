// `npm start`: everything a fresh clone needs, then the server.
import { run } from './run.mjs';
import { setUp } from './setup.mjs';

await setUp();
run('dist/main.js', ['serve', ...process.argv.slice(2)]);
