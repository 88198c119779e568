import { lookUpLabels } from '../../events/queries/labels.ts';
import { categoryById } from '../../model/categories.ts';
import type { CategoryReference } from '../../model/traffic.ts';
import type { Context } from '../context.ts';

/** References to categories by id; those of no table carry the label that the organizations' logs gave them. */
export async function categoryReferences(
  context: Context,
  organizationIds: readonly number[],
  ids: Iterable<number>,
): Promise<(id: number) => CategoryReference> {
  const unlisted = [...new Set(ids)].filter((id) => categoryById(id) === undefined).map(String);
  const names = await lookUpLabels(context.events, organizationIds, 'category', unlisted);
  return (id) => ({ id, label: names.get(String(id))?.label || null });
}

/** The label to sort a category by. */
export function categoryLabel(category: CategoryReference): string {
  return category.label ?? categoryById(category.id)?.label ?? String(category.id);
}
