import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { openTestControl } from '../../../test/test-control.ts';
import type { Control } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { recordMatches } from './alarm-matches.ts';
import { beginAlarmChange } from './alarm-versions.ts';
import { findAlarms } from './find-alarms.ts';
import { createOrganization } from './organizations.ts';
import { suppressRecentAlarms } from './suppressed-alarms.ts';
import { createSuppressionRule } from './suppression-rules.ts';

let dir: string;
let control: Control;

const actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' } as const;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-suppressed-'));
  control = await openTestControl(join(dir, 'control.db'));
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

it('of more alarms than a rule hides at once, the latest are hidden', async () => {
  const organization = await createOrganization(control.db, { slug: 'one', name: 'one', actor });
  const organizationIds = [organization.id];
  // Alarms of odd rounds match; each round is received a second later.
  for (let round = 0; round < 5; round += 1) {
    const method = round % 2 === 1 ? 'hidden' : 'other';
    const matches = Array.from({ length: 600 }, (_, n) =>
      testMatch(organization, { groupKey: `${round} ${n}`, rule: { method } }),
    );
    await inTransaction(control.db, async (trx) => {
      const change = await beginAlarmChange(trx);
      await recordMatches(trx, matches, { change, nowMs: round * 1000, suppressedBy: () => false });
    });
  }
  const suppress = (receivedSinceMs: number, most: number) =>
    inTransaction(control.db, async (trx) => {
      const change = await beginAlarmChange(trx);
      const given = { organizationId: organization.id, name: 'rule', match: { method: 'hidden' }, actor };
      const rule = await createSuppressionRule(trx, given);
      return suppressRecentAlarms(trx, { rule, organizationIds, receivedSinceMs, most, change, nowMs: 9000, actor });
    });
  const hiddenByRound = async () => {
    const page = { sort: [], limit: 3000, offset: 0 };
    const { alarms } = await findAlarms(control.db, { organizationIds, filter: { suppressed: true }, page });
    const rounds = alarms.map(({ receivedMs }) => receivedMs / 1000);
    return [1, 3].map((round) => rounds.filter((other) => other === round).length);
  };
  expect(await suppress(2000, 400)).toBe(400);
  expect(await hiddenByRound()).toEqual([0, 400]);
  expect(await suppress(2000, 10_000)).toBe(200);
  expect(await suppress(0, 250)).toBe(250);
  expect(await hiddenByRound()).toEqual([250, 600]);
  expect(await suppress(0, 10_000)).toBe(350);
  expect(await suppress(0, 10_000)).toBe(0);
});
