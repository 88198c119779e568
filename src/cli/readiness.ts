import { sql } from 'kysely';
import { unreadableSuppressionRules } from '../core/alarms/index.ts';
import type { Context } from '../core/context.ts';
import { detectionState } from '../core/detection/index.ts';
import type { Figure, Readiness } from '../http/operations.ts';
import { bookFigures } from './book-figures.ts';
import { diskFigures } from './disk-figures.ts';

/** A store that has not answered by then counts as gone. Probes of Kubernetes and scrapes of Prometheus wait longer. */
const ANSWER_WITHIN_MS = 5_000;

export interface ProcessState {
  /** Whose disk is watched. */
  readonly dataDirectory?: string;
  /** Why the process takes no work at the moment. */
  readonly fault?: () => string | undefined;
}

/** What a store said when it was asked for a sign of life. */
interface Sign {
  readonly fault?: string;
  readonly seconds: number;
  /** The store's clock minus ours, in seconds; where the store has one of its own. */
  readonly clockOffset?: number;
}

/**
 * Asks both stores a question; what the control plane's books, the disk and the stores say becomes metrics.
 *
 * A process that must take no work is not ready either.
 */
export function readinessOf(context: Context, { dataDirectory, fault }: ProcessState = {}): Readiness {
  const signs = {
    events: once(() => signOf(() => askEvents(context))),
    control: once(() => signOf(() => askControl(context))),
  };
  const books = once(() => bookFigures(context));
  const warnings = once(() => warningsOf(context));
  return {
    async check() {
      const [events, control] = await Promise.all([signs.events(), signs.control()]);
      const own = fault?.();
      return {
        ...(events.fault !== undefined && { events: events.fault }),
        ...(control.fault !== undefined && { control: control.fault }),
        ...(own !== undefined && { process: own }),
      };
    },
    async warnings() {
      const control = await signs.control();
      return control.fault === undefined ? within(ANSWER_WITHIN_MS / 2, warnings()).catch(() => ({})) : {};
    },
    async figures() {
      const [events, control, disk] = await Promise.all([
        signs.events(),
        signs.control(),
        dataDirectory === undefined ? [] : within(ANSWER_WITHIN_MS, diskFigures(dataDirectory)).catch(() => []),
      ]);
      // Books that cannot be opened cannot be read either: no need to wait for that twice.
      const read = control.fault === undefined ? await within(ANSWER_WITHIN_MS / 2, books()).catch(() => []) : [];
      return [...signFigures({ events, control }), ...disk, ...read];
    },
  };
}

/** A store that is gone for a moment is no news: then detection fails, too, and goes on by itself. */
const FAILING_AFTER_MS = 3 * 60_000;

async function warningsOf(context: Context): Promise<Record<string, string>> {
  const { failing, rulesSetApart } = await detectionState(context);
  const unreadable = await unreadableSuppressionRules(context);
  const isFailing = failing !== null && Date.parse(failing.since) < context.now() - FAILING_AFTER_MS;
  return {
    ...(isFailing && { detection: `every attempt has failed since ${failing.since}: ${failing.reason}` }),
    ...(rulesSetApart > 0 && { rules: `${rulesSetApart} set apart: belfry rules list --set-apart says why` }),
    ...(unreadable.length > 0 && { suppressionRules: unreadableText(unreadable.map(({ id }) => id)) }),
  };
}

const MOST_NAMED = 10;

function unreadableText(ids: readonly string[]): string {
  const more = ids.length > MOST_NAMED ? ' …' : '';
  return `${ids.length} cannot be read and hide nothing; delete them and make them again: ${ids.slice(0, MOST_NAMED).join(', ')}${more}`;
}

/**
 * How far its clock is ahead of ours, in milliseconds. In a lane of its own, so that it waits for nobody's many pages; and of a
 * table of ours, which a server that came back with another database has not.
 */
async function askEvents({ events }: Context): Promise<number | undefined> {
  const askedAt = Date.now();
  const asked = events.onBehalfOf('readiness');
  const [row] = await asked.query<{ now: number }>(
    'SELECT toUnixTimestamp64Milli(now64(3)) AS now, count() AS owners FROM installation',
  );
  return row && row.now - (askedAt + Date.now()) / 2;
}

/** How far its clock is ahead of ours, in milliseconds, where it has one of its own. */
async function askControl({ control }: Context): Promise<number | undefined> {
  if (control.shared) return -(await control.clockDriftMs());
  await sql`select 1`.execute(control.db);
  return undefined;
}

async function signOf(ask: () => Promise<number | undefined>): Promise<Sign> {
  const askedAt = Date.now();
  const seconds = () => (Date.now() - askedAt) / 1000;
  try {
    const aheadMs = await within(ANSWER_WITHIN_MS, ask());
    return { seconds: seconds(), ...(aheadMs !== undefined && { clockOffset: aheadMs / 1000 }) };
  } catch (error) {
    return { fault: messageOf(error), seconds: seconds() };
  }
}

function signFigures(signs: Readonly<Record<string, Sign>>): Figure[] {
  return Object.entries(signs).flatMap(([store, { fault, seconds, clockOffset }]) => [
    {
      name: 'belfry_store_up',
      help: 'Whether a store answered just now',
      labels: { store },
      value: fault === undefined ? 1 : 0,
    },
    {
      name: 'belfry_store_answer_seconds',
      help: 'Time a store took to answer the simplest question just now, waiting for a session included',
      labels: { store },
      value: seconds,
    },
    ...(clockOffset === undefined
      ? []
      : [
          {
            name: 'belfry_store_clock_offset_seconds',
            help: 'Clock of a store minus clock of this process',
            labels: { store },
            value: clockOffset,
          },
        ]),
  ]);
}

/** Who asks while an answer is awaited gets that one: nobody can pile up questions to a store that hangs. */
function once<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asking: Promise<Answer> | undefined;
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

async function within<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} seconds`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'unknown';
}
