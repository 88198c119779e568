import { type AuditInput, appendAudits } from '../audit.ts';
import type { ApiClientRow } from '../tables.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { type FailedAttempts, failureOf } from './sign-ins.ts';

/** Wrong secrets for what may be the id of an API client. */
type WrongSecrets = FailedAttempts<{ readonly id: string }>;

type Known = Pick<ApiClientRow, 'id' | 'name' | 'organizationId'>;

/** Writes one entry of the audit trail for each API client and address, and one for all ids at an address that are no client's. */
export function recordFailedSecrets(db: Db, sums: readonly WrongSecrets[]): Promise<void> {
  return inTransaction(db, async (trx) => {
    const clients = await clientsOf(trx, sums);
    const clientOf = ({ account }: WrongSecrets) => clients.get(account?.id ?? '');
    const merged = new Map<string, WrongSecrets>();
    for (const sum of sums) {
      const key = JSON.stringify([sum.from, sum.via, clientOf(sum)?.id]);
      const before = merged.get(key);
      merged.set(key, before === undefined ? sum : together(before, sum));
    }
    await appendAudits(
      trx,
      [...merged.values()].map((sum) => entryOf(clientOf(sum), sum)),
    );
  });
}

async function clientsOf(trx: Trx, sums: readonly WrongSecrets[]): Promise<Map<string, Known>> {
  const ids = sums.flatMap(({ account }) => account?.id ?? []);
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom('apiClients')
    .select(['id', 'name', 'organizationId'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

function together(a: WrongSecrets, b: WrongSecrets): WrongSecrets {
  return {
    ...a,
    attempts: a.attempts + b.attempts,
    firstAt: new Date(Math.min(a.firstAt.getTime(), b.firstAt.getTime())),
    lastAt: new Date(Math.max(a.lastAt.getTime(), b.lastAt.getTime())),
  };
}

function entryOf(client: Known | undefined, sum: WrongSecrets): AuditInput {
  const { id, name: label, organizationId } = client ?? { id: 'unknown', name: 'unknown', organizationId: null };
  return {
    actor: { type: 'client', id, label, from: sum.from, via: sum.via },
    action: 'client.authenticate',
    objectType: 'client',
    objectId: id,
    objectLabel: label,
    organizationId,
    ...failureOf(sum),
  };
}
