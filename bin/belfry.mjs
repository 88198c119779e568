#!/usr/bin/env node
import { run } from '../scripts/run.mjs';
import { setUp } from '../scripts/setup.mjs';

await setUp();
run('dist/main.js', process.argv.slice(2));
