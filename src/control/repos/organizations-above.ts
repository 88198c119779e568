import type { Db } from '../transaction.ts';

/** An organization's number and those of the organizations above it; none where there is no such organization. */
export async function organizationIdsUpwards(db: Db, id: number): Promise<number[]> {
  const rows = await db
    .withRecursive('above', (cte) =>
      cte
        .selectFrom('organizations')
        .select(['id', 'parentId'])
        .where('id', '=', id)
        .union((union) =>
          union
            .selectFrom('organizations as parent')
            .innerJoin('above', 'above.parentId', 'parent.id')
            .select(['parent.id', 'parent.parentId']),
        ),
    )
    .selectFrom('above')
    .select('id')
    .execute();
  return rows.map((row) => row.id);
}
