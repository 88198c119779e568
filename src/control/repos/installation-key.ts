import { randomBytes } from 'node:crypto';
import type { Db } from '../transaction.ts';

/**
 * A secret of this installation, 32 bytes, made the first time it is asked for and the same ever after: for what must last
 * longer than the key that signs tokens, which may be changed at any time.
 */
export async function installationKey(db: Db): Promise<Uint8Array> {
  await db
    .insertInto('installationKey')
    .values({ id: 1, key: randomBytes(32).toString('hex') })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { key } = await db.selectFrom('installationKey').select('key').executeTakeFirstOrThrow();
  return Buffer.from(key, 'hex');
}
