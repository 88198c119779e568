import { setTimeout as sleep } from 'node:timers/promises';
import type { Headers } from '../../clumio-api.ts';
import { signIn } from '../../umbrella-credentials.ts';
import { openWorld, type World } from '../../world.ts';
import type { PublicPromise } from '../promise.ts';

const A_SECOND = 5;
const SECONDS = 60;
const ROUNDS = 20;
/** Of a round, as many a second as are admitted. */
const REQUESTS = 20;
const PAUSE_MS = 210;
const URL = '/reports/v2/activity?from=1768435200000&to=1768521600000&limit=10&offset=0';

export const rateLimitsAreExact: PublicPromise = {
  id: 'R11',
  claim: 'Rate limits are exact and fair',
  figure:
    '5 a second over 60 s admit 300, one more or less; 429 always with `Retry-After`; one organization at 20 times its limit slows others by less than 10 % (p99)',
  noShare: 'it is about time; what a limit counts and answers has tests of its own',
  async check() {
    const { admitted, refused, bare } = await overAMinute();
    const slower = await slowdown();
    const isExact = Math.abs(admitted - A_SECOND * SECONDS) <= 1;
    const percent = (slower * 100).toFixed(1);
    return {
      kept: isExact && refused > 0 && bare === 0 && slower < 0.1,
      measured: `${admitted} admitted in ${SECONDS} s, ${refused} refused, ${bare} of them without Retry-After; others' p99 changed by ${percent} %`,
    };
  },
};

/** One client that asks without a pause. */
async function overAMinute() {
  const world = await openWorld({ limits: { requestsPerSecond: A_SECOND } });
  try {
    const headers = await signIn(world, world.organizations.branch);
    const counts = { admitted: 0, refused: 0, bare: 0 };
    const end = performance.now() + SECONDS * 1000;
    while (performance.now() < end) {
      const answer = await world.app.inject({ url: URL, headers });
      if (answer.statusCode === 200) counts.admitted += 1;
      if (answer.statusCode === 429) counts.refused += 1;
      if (answer.statusCode === 429 && !answer.headers['retry-after']) counts.bare += 1;
      // Timers and sockets have their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return counts;
  } finally {
    await world.close();
  }
}

/** By which part the p99 of one organization is higher while another asks 20 times as often as it may; rounds take turns. */
async function slowdown(): Promise<number> {
  const world = await openWorld({ limits: { requestsPerSecond: A_SECOND } });
  try {
    const { branch, stranger } = world.organizations;
    const quiet = await signIn(world, branch);
    const loud = await signIn(world, stranger);
    await askMany(world, quiet);
    const alone: number[] = [];
    const beside: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push(...(await askMany(world, quiet)));
      const stop = askOften(world, loud);
      beside.push(...(await askMany(world, quiet)));
      await stop();
    }
    return p99(beside) / p99(alone) - 1;
  } finally {
    await world.close();
  }
}

/** Milliseconds of each of many requests, one after another. */
async function askMany(world: World, headers: Headers): Promise<number[]> {
  const times: number[] = [];
  for (let request = 0; request < REQUESTS; request += 1) {
    const started = performance.now();
    const { statusCode } = await world.app.inject({ url: URL, headers });
    times.push(performance.now() - started);
    if (statusCode !== 200) throw new Error(`who keeps to the limit was answered with ${statusCode}`);
    await sleep(PAUSE_MS);
  }
  return times;
}

/** 20 times the limit of 5 a second. */
function askOften(world: World, headers: Headers): () => Promise<void> {
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      await world.app.inject({ url: URL, headers });
      await sleep(1000 / (A_SECOND * 20));
    }
  })();
  return async () => {
    isOver = true;
    await asking;
  };
}

const p99 = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
