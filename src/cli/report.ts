import type { CommanderError } from 'commander';
import { isDiskFull } from '../ingest/disk-full.ts';
import { AppError, type Fault } from '../model/errors.ts';
import type { Output } from './output.ts';

/** Prints what a command failed with, as JSON or as text, to standard error. */
export function reportFailure(error: unknown, { json }: Output): void {
  const failure = describe(error);
  if (json) process.stderr.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
  else process.stderr.write(`${[`error: ${failure.message}`, ...furtherFaults(failure)].join('\n')}\n`);
  if (process.env.BELFRY_LOG_LEVEL === 'debug') process.stderr.write(`${stackOf(error)}\n`);
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly faults: readonly Fault[];
}

/** A command line that was not understood. Commander has told people already. */
export function reportUsage(error: CommanderError, { json }: Output): void {
  const message = error.message.replace(/^error: /, '');
  if (json) process.stderr.write(`${JSON.stringify({ error: { code: 'usage', message, faults: [] } }, null, 2)}\n`);
}

function describe(error: unknown): Failure {
  if (error instanceof AppError) return { code: error.code, message: error.public, faults: error.faults };
  const message = error instanceof Error ? error.message : String(error);
  if (isDiskFull(error)) return { code: 'unavailable', message: `the disk is full: ${message.trim()}`, faults: [] };
  return { code: 'internal', message: `${message} (this is a fault in Belfry)`, faults: [] };
}

/** Faults that the sentence above does not tell already. */
function furtherFaults({ code, message, faults }: Failure): string[] {
  if (code !== 'bad_request') return [];
  return faults
    .filter((fault) => !message.includes(fault.message))
    .map(({ where, value, message }) => `  ${where}${value === undefined ? '' : ` ${value}`}: ${message}`);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? '') : '';
}
