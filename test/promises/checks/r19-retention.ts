import type { Context } from '../../../src/core/context.ts';
import { listEvents } from '../../../src/core/events/index.ts';
import { applyRetention } from '../../../src/core/upkeep/apply-retention.ts';
import { DAY_MS } from '../../../src/kit/durations.ts';
import { type Random, seededRandom } from '../../../src/kit/random.ts';
import { PERMISSIONS, type Permission, type Scope } from '../../../src/model/scope.ts';
import { openWorld, TEST_ACTOR, type World } from '../../world.ts';
import { atScale, type PublicPromise } from '../promise.ts';

const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAYS = 20;
/** Before each policy, over twice as many days. */
const EVENTS = 40;

export const retentionIsKept: PublicPromise = {
  id: 'R19',
  claim: 'Retention is kept both ways',
  figure: '1,000 random policies: what is too old is not shown and goes, nothing younger does',
  async check(run) {
    const policies = atScale(run, { share: 6, full: 1000 });
    const world = await openWorld();
    const trial = new Trial(world, seededRandom('retention'));
    try {
      for (let policy = 1; policy <= policies; policy += 1) {
        await trial.apply();
        if (policy % 100 === 0) run.log(`${policy} of ${policies} policies`);
      }
    } finally {
      await world.close();
    }
    const { gone, kept, shownTooLong, lost, leftOver, rollups } = trial;
    return {
      kept: [shownTooLong, lost, leftOver, rollups].every((faults) => faults === 0) && gone > 0 && kept > 0,
      measured: `${policies} policies over ${policies * EVENTS} events: ${gone} gone, ${shownTooLong} shown after their time, ${leftOver} left over, ${lost} of ${kept} younger ones lost, ${rollups} rollups unlike the events`,
    };
  },
};

const TABLES = ['events', 'facets_hourly', 'facets_daily'];

/** What random policies did to events. */
class Trial {
  readonly #world: World;
  readonly #random: Random;
  readonly #scope: Scope;
  #made = 0;
  gone = 0;
  kept = 0;
  shownTooLong = 0;
  lost = 0;
  leftOver = 0;
  rollups = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    const permissions = new Set<Permission>(PERMISSIONS);
    this.#scope = { organization: world.organizations.branch, permissions, actor: TEST_ACTOR };
  }

  async apply(): Promise<void> {
    const retentionDays = this.#random.between(1, DAYS);
    const nowMs = FIRST_DAY + this.#random.int(2 * DAYS * DAY_MS);
    const context: Context = { ...this.#world.context, retentionDays, now: () => nowMs };
    // By the definition in docs/configuration.md: whole days, the day in which the time ends included.
    const sinceUs = (Math.floor(nowMs / DAY_MS) - retentionDays) * DAY_MS * 1000;
    const events = await this.#load(sinceUs);
    const young = new Set(events.filter(({ timeUs }) => timeUs >= sinceUs).map(({ name }) => name));
    const shown = await this.#shown(context);
    await applyRetention(context);
    const left = await this.#left();
    this.shownTooLong += [...shown].filter((name) => !young.has(name)).length;
    this.leftOver += [...left].filter((name) => !young.has(name)).length;
    this.lost += [...young].filter((name) => !shown.has(name) || !left.has(name)).length;
    if (!(await this.#areRollups(young.size))) this.rollups += 1;
    this.gone += events.length - left.size;
    this.kept += young.size;
    // Deletion looks at every part that earlier policies left.
    for (const table of TABLES) await this.#world.context.events.command(`TRUNCATE TABLE ${table}`);
  }

  /** Some of them as near to the border as times are told apart. */
  async #load(sinceUs: number): Promise<{ name: string; timeUs: number }[]> {
    const events = Array.from({ length: EVENTS }, (_, index) => {
      const border = sinceUs + (index % 3) - 1;
      const timeUs = index < 6 ? border : (FIRST_DAY + this.#random.int(2 * DAYS * DAY_MS)) * 1000;
      return { name: `e${this.#made + index}.example`, timeUs };
    });
    this.#made += EVENTS;
    const records = events.map(({ name, timeUs }) => ({ time: isoOf(timeUs), kind: 'dns', domain: name }));
    await this.#world.load(this.#world.organizations.branch, records);
    return events;
  }

  async #shown(context: Context): Promise<Set<string>> {
    const page = { sort: [], limit: 100_000, offset: 0 };
    const { events } = await listEvents(context, this.#scope, { filter: {}, page });
    return new Set(events.map(({ domain }) => domain));
  }

  async #left(): Promise<Set<string>> {
    const rows = await this.#world.context.events.query<{ domain: string }>('SELECT domain FROM events');
    return new Set(rows.map(({ domain }) => domain));
  }

  async #areRollups(events: number): Promise<boolean> {
    const [row] = await this.#world.context.events.query<{ hourly: number; daily: number }>(
      `SELECT (SELECT sum(requests) FROM facets_hourly WHERE facet = 1) AS hourly,
        (SELECT sum(requests) FROM facets_daily WHERE facet = 1) AS daily`,
    );
    return row?.hourly === events && row.daily === events;
  }
}

/** With microseconds, which Date does not have. */
function isoOf(timeUs: number): string {
  const ms = Math.floor(timeUs / 1000);
  return new Date(ms).toISOString().replace('Z', `${String(timeUs - ms * 1000).padStart(3, '0')}Z`);
}
