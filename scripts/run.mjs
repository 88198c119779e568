import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { inRoot } from './root.mjs';

/**
 * Runs a JavaScript file of this package in a Node of its own and ends as it ends. libuv sizes its thread pool before
 * any of our code runs, and every running query of the event engine holds one thread, so the size is set from outside.
 */
export function run(file, args) {
  const env = { UV_THREADPOOL_SIZE: '16', ...process.env };
  const child = spawn(process.execPath, [inRoot(file), ...args], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => forward(child, signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** At a terminal, Ctrl-C reaches the child directly; a second one would cut its orderly stop short. */
function forward(child, signal) {
  if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
}
