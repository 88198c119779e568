import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import { verifyAudit } from '../audit.ts';
import type { Control } from '../database.ts';
import { listRules, putRulePack, removeRules, setRulesEnabled } from './rules.ts';

let dir: string;
let control: Control;

const actor = { type: 'operator', id: 'local', label: 'operator', from: 'local', via: 'cli' } as const;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-rules-'));
  control = await openTestControl(join(dir, 'control.db'));
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

const rule = (id: string, text = 'text') => ({ id, file: `${id}.yml`, title: `Rule ${id}`, text });
const put = (pack: string, rules: readonly ReturnType<typeof rule>[], enableNew = false) =>
  putRulePack(control.db, { pack, rules, enableNew, actor });
const enabledIds = async () => (await listRules(control.db, { enabled: true })).map(({ id }) => id);

describe('rules', () => {
  it('come in packs; those that change keep whether they are enabled', async () => {
    expect(await put('p', [rule('a'), rule('b'), rule('a', 'later')], true)).toEqual({
      added: ['a', 'b'],
      changed: [],
      unchanged: [],
      elsewhere: [],
    });
    await setRulesEnabled(control.db, { selection: { ids: ['b'] }, enabled: false, actor });
    expect(await put('p', [rule('a', 'later'), rule('b', 'other'), rule('c')])).toEqual({
      added: ['c'],
      changed: ['b'],
      unchanged: ['a'],
      elsewhere: [],
    });
    expect(await enabledIds()).toEqual(['a']);
    expect(await put('q', [rule('a', 'stolen')], true)).toMatchObject({ elsewhere: ['a'] });
    const [a] = await listRules(control.db, { ids: ['a'] });
    expect(a).toMatchObject({ pack: 'p', text: 'later', enabled: true });
    expect(await listRules(control.db, { pack: 'q' })).toEqual([]);
    expect(await listRules(control.db, { ids: [] })).toEqual([]);
  });

  it('are enabled, disabled and removed one by one or with their pack', async () => {
    await put('p', [rule('a'), rule('b')]);
    await put('q', [rule('c')]);
    const all = { selection: {}, actor };
    expect(await setRulesEnabled(control.db, { ...all, enabled: true })).toHaveLength(3);
    expect(await setRulesEnabled(control.db, { ...all, enabled: true })).toEqual([]);
    await setRulesEnabled(control.db, { selection: { pack: 'p' }, enabled: false, actor });
    expect(await enabledIds()).toEqual(['c']);
    expect(await removeRules(control.db, { selection: { pack: 'p', ids: ['a', 'c'] }, actor })).toMatchObject([
      { id: 'a' },
    ]);
    expect((await listRules(control.db)).map(({ id }) => id)).toEqual(['b', 'c']);
    const audited = await control.db
      .selectFrom('auditEntries')
      .select(['action', 'objectId'])
      .where('objectType', '=', 'rule')
      .where('objectId', '=', 'a')
      .orderBy('seq')
      .execute();
    expect(audited.map(({ action }) => action)).toEqual(['rule.enable', 'rule.disable', 'rule.remove']);
    expect(await verifyAudit(control.db)).not.toHaveProperty('fault');
  });

  it('by the thousand are put at once', async () => {
    const many = Array.from({ length: 5000 }, (_, n) => rule(`rule-${n}`));
    expect((await put('p', many)).added).toHaveLength(5000);
    expect((await put('p', many)).unchanged).toHaveLength(5000);
    expect(await setRulesEnabled(control.db, { selection: { pack: 'p' }, enabled: true, actor })).toHaveLength(5000);
  });
});
