import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import { type Db, inTransaction } from '../transaction.ts';

/** The stored value, any JSON; undefined where none was set. What it must look like is its reader's to check. */
export async function getSetting(db: Db, key: string): Promise<unknown> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
  return row && JSON.parse(row.value);
}

/** Sets one setting, any JSON value. Values are written to the audit trail: no secrets here. */
export async function putSetting(db: Db, input: { key: string; value: unknown; actor: Actor }): Promise<void> {
  const { key } = input;
  const value = JSON.stringify(input.value);
  return inTransaction(db, async (trx) => {
    const before = await getSetting(trx, key);
    await trx
      .insertInto('settings')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
    await appendAudit(trx, {
      actor: input.actor,
      action: 'setting.put',
      objectType: 'setting',
      objectId: key,
      organizationId: null,
      result: 'success',
      detail: { from: before ?? null, to: input.value },
    });
  });
}
