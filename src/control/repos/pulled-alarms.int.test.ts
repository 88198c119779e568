import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { openTestControl } from '../../../test/test-control.ts';
import type { Alarm } from '../../model/alarm.ts';
import type { Organization } from '../../model/organization.ts';
import type { Control } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { recordMatches } from './alarm-matches.ts';
import { beginAlarmChange } from './alarm-versions.ts';
import { changeAlarm } from './alarms.ts';
import { findAlarms } from './find-alarms.ts';
import { createOrganization } from './organizations.ts';
import { type PulledAlarm, putPulledAlarms } from './pulled-alarms.ts';

let dir: string;
let control: Control;
let deployment: Organization;
let other: Organization;

const actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' } as const;
const NOW = Date.parse('2026-01-01T01:00:00Z');

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-pulled-'));
  control = await openTestControl(join(dir, 'control.db'));
  deployment = await createOrganization(control.db, { slug: 'deployment', name: 'deployment', actor });
  other = await createOrganization(control.db, { slug: 'other', name: 'other', actor });
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

const ID = '5b0a4a7e-90c5-4b53-a9f8-0bb4bd7d5f10';

type Document = { readonly status: Alarm['status']; readonly count: number };

function pulled(document: Document, given: Partial<PulledAlarm> = {}): PulledAlarm {
  const { alarmId: _, batchSeq: __, ...rest } = testMatch(deployment);
  const { status } = document;
  const own = { id: ID, peerId: 'peer', receivedMs: NOW, status, suppressed: false, document };
  return { ...rest, ...own, events: document.count, ...given };
}

const put = (alarms: readonly PulledAlarm[]) =>
  inTransaction(control.db, async (trx) =>
    putPulledAlarms(trx, alarms, {
      change: await beginAlarmChange(trx),
      nowMs: NOW,
      marksIn: (document) => ({ status: (document as Document).status, suppressed: false }),
    }),
  );

const all = async ({ id }: Organization) =>
  (await findAlarms(control.db, { organizationIds: [id], filter: {}, page: { sort: [], limit: 9, offset: 0 } })).alarms;

it('an alarm of a peer is kept exactly once, and changed when its document does', async () => {
  expect(await put([pulled({ status: 'open', count: 1 }), pulled({ status: 'open', count: 1 })])).toHaveLength(1);
  expect(await put([pulled({ status: 'open', count: 1 })])).toEqual([]);
  expect(await put([pulled({ count: 1, status: 'open' })])).toEqual([]);
  expect(await put([pulled({ status: 'open', count: 2 })])).toMatchObject([{ id: ID, events: 2 }]);
  expect(await all(deployment)).toMatchObject([{ id: ID, events: 2, peerId: 'peer', labels: [] }]);
});

it('what people here decide holds until the peer decides something else', async () => {
  await put([pulled({ status: 'open', count: 1 })]);
  const close = { id: ID, organizationId: deployment.id, nowMs: NOW };
  await inTransaction(control.db, (trx) =>
    changeAlarm(trx, { ...close, edit: async () => ({ status: 'closed', labels: ['label'] }) }),
  );
  await put([pulled({ status: 'open', count: 2 })]);
  expect(await all(deployment)).toMatchObject([{ status: 'closed', events: 2, labels: ['label'] }]);
  await put([pulled({ status: 'in_review', count: 2 })]);
  expect(await all(deployment)).toMatchObject([{ status: 'in_review', labels: ['label'] }]);
});

it('no peer writes over an alarm that is not its own', async () => {
  const own = testMatch(other);
  const recordOwn = (batchSeq: number) =>
    inTransaction(control.db, async (trx) => {
      const change = await beginAlarmChange(trx);
      return recordMatches(trx, [{ ...own, batchSeq }], { change, nowMs: NOW, suppressedBy: () => false });
    });
  await recordOwn(1);
  const before = await all(other);
  for (const peerId of ['peer', 'second peer']) {
    const alarm = pulled({ status: 'closed', count: 5 }, { id: own.alarmId, peerId });
    expect(await put([alarm])).toHaveLength(1);
    expect(await put([alarm])).toHaveLength(0);
  }
  expect(await all(other)).toEqual(before);
  const ids = (await all(deployment)).map(({ id }) => id);
  expect(new Set([...ids, own.alarmId]).size).toBe(3);
  expect((await recordOwn(2)).changed).toHaveLength(1);
});

it('an alarm of ours never grows into one that a peer gave our id', async () => {
  const own = testMatch(other);
  await put([pulled({ status: 'open', count: 1 }, { id: own.alarmId })]);
  const before = await all(deployment);
  await inTransaction(control.db, async (trx) => {
    const change = await beginAlarmChange(trx);
    await recordMatches(trx, [own], { change, nowMs: NOW, suppressedBy: () => false });
  });
  expect(await all(deployment)).toEqual(before);
});
