import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Control } from '../src/control/database.ts';
import { findAlarms } from '../src/control/repos/find-alarms.ts';
import { createOrganization, organizationBySlug } from '../src/control/repos/organizations.ts';
import type { Caller } from '../src/core/caller.ts';
import type { Context } from '../src/core/context.ts';
import {
  createPeerPuller,
  joinPeer,
  listPeers,
  type PeerPuller,
  type PeerToJoin,
  type PlacedPeer,
} from '../src/core/peers/index.ts';
import { HOUR_MS } from '../src/kit/durations.ts';
import type { Alarm } from '../src/model/alarm.ts';
import type { Organization } from '../src/model/organization.ts';
import { PERMISSIONS } from '../src/model/scope.ts';
import { openTestControl } from './test-control.ts';
import { openUsmServer, type UsmServer, type UsmServerAlarm, usmAlarm } from './usm-server.ts';
import { TEST_ACTOR } from './world.ts';

export const OPERATOR: Caller = { actor: TEST_ACTOR, permissions: new Set(PERMISSIONS), root: null };

/** Last event of the first alarm, two days before the world's now. */
export const T0 = Date.parse('2026-01-01T00:00:00Z');

/** A control plane with an organization `provider`, and a server to join as `acme`. */
export interface PeerWorld {
  readonly control: Control;
  readonly context: Context;
  readonly server: UsmServer;
  /** What was logged. */
  readonly warnings: readonly string[];
  nowMs: number;
  newPuller(tokenKey?: Uint8Array): PeerPuller;
  join(input?: Partial<PeerToJoin>, caller?: Caller): Promise<PlacedPeer>;
  peer(): Promise<PlacedPeer>;
  /** Pulls until no peer is due; answers how often. */
  pull(puller?: PeerPuller): Promise<number>;
  /** The same once the next pull is due. */
  pullAgain(): Promise<void>;
  organization(slug: string): Promise<Organization>;
  /** Those of `acme`, by their last event. */
  alarms(): Promise<readonly Alarm[]>;
  close(): Promise<void>;
}

export async function openPeerWorld(): Promise<PeerWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'belfry-peers-'));
  const control = await openTestControl(join(dir, 'control.db'));
  const clock = { nowMs: T0 + 48 * HOUR_MS };
  // Peers are no business of the event store.
  const context = { control, now: () => clock.nowMs } as Context;
  const server = await openUsmServer();
  const key = randomBytes(32);
  const warnings: string[] = [];
  const log = { warn: (_about: object, text: string) => void warnings.push(text) };
  const newPuller = (tokenKey: Uint8Array = key) =>
    createPeerPuller(context, { intervalMs: 15_000, requestsPerSecond: 1000, tokenKey, log });
  const usual = newPuller();
  await createOrganization(control.db, { slug: 'provider', name: 'Provider', actor: TEST_ACTOR });
  const world: PeerWorld = {
    control,
    context,
    server,
    warnings,
    get nowMs() {
      return clock.nowMs;
    },
    set nowMs(nowMs) {
      clock.nowMs = nowMs;
    },
    newPuller,
    join(input = {}, caller = OPERATOR) {
      const { url, clientId, secret } = server;
      const whole = { organization: 'acme', parent: 'provider', url, clientId, secret, ...input };
      return joinPeer(context, caller, whole, { tokenKey: key });
    },
    peer: async () => present((await listPeers(context, OPERATOR))[0]),
    async pull(puller = usual) {
      for (let times = 0; times < 200; times += 1) {
        if (!(await puller.pullNext(new AbortController().signal))) return times;
      }
      throw new Error('there is no end to it');
    },
    async pullAgain() {
      clock.nowMs = Math.max(clock.nowMs, Date.parse((await world.peer()).nextAttemptAt));
      if ((await world.pull()) === 0) throw new Error('no pull was due');
    },
    organization: async (slug) => present(await organizationBySlug(control.db, slug)),
    async alarms() {
      const { id } = await world.organization('acme');
      const page = { sort: [{ field: 'lastEvent', order: 'asc' }], limit: 100_000, offset: 0 } as const;
      return (await findAlarms(control.db, { organizationIds: [id], filter: {}, page })).alarms;
    },
    async close() {
      await server.close();
      await control.close();
      await rm(dir, { recursive: true });
    },
  };
  return world;
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('there is none');
  return value;
}

/** Alarms, so long after one another, from T0 on. */
export function manyAlarms(count: number, everyMs = 60_000): UsmServerAlarm[] {
  return Array.from({ length: count }, (_, index) => usmAlarm(index, T0 + index * everyMs));
}
