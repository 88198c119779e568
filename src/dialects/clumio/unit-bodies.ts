import { z } from 'zod';
import type { Asset, AssetKey, Member, UnitChange } from '../../core/orgs/change-units.ts';
import { line, readBody } from './body.ts';

const text = line(200);

/** Version 1 names users by id, version 2 with a role; either is understood in both. */
const user = z.union([text.min(1), z.object({ user_id: text.min(1), assigned_role: text.optional() })], {
  error: 'must be the id of a user, or {"user_id": …, "assigned_role": …}',
});

const entity = z.object({
  primary_entity: z.object({ id: text.min(1), type: text.min(1) }),
  parent_entity: z.object({ id: text, type: text }).optional(),
});

const NAME = line(129).refine(
  (name) => name !== '' && name.trim() === name,
  'must not be empty, nor begin or end with a blank',
);
const DESCRIPTION = line(129);
const MANY = 10_000;

export const newUnitBody = z.object({
  name: NAME,
  description: DESCRIPTION.optional(),
  parent_id: text.optional(),
  entities: z.array(entity).max(MANY).optional(),
  users: z.array(user).max(MANY).optional(),
});

/** Protection groups are assigned in the vendor's own console: here there are none, so there is nothing to do for them. */
export const unitChangeBody = z.object({
  name: NAME.optional(),
  description: DESCRIPTION.optional(),
  entities: z
    .object({ add: z.array(entity).max(MANY).optional(), remove: z.array(entity).max(MANY).optional() })
    .optional(),
  users: z.object({ add: z.array(user).max(MANY).optional(), remove: z.array(user).max(MANY).optional() }).optional(),
});

export function readNewUnit(body: string) {
  const { name, description, parent_id: parentId, entities = [], users = [] } = readBody(newUnitBody, body);
  return {
    name,
    parentId: parentId || undefined,
    unit: { description: description ?? '', addMembers: users.map(toMember), addAssets: entities.map(toAsset) },
  };
}

export function readUnitChange(body: string): UnitChange {
  const { name, description, entities, users } = readBody(unitChangeBody, body);
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(users && { addMembers: (users.add ?? []).map(toMember), removeMembers: (users.remove ?? []).map(userId) }),
    ...(entities && { addAssets: (entities.add ?? []).map(toAsset), removeAssets: (entities.remove ?? []).map(toKey) }),
  };
}

function userId(given: z.output<typeof user>): string {
  return typeof given === 'string' ? given : given.user_id;
}

function toMember(given: z.output<typeof user>): Member {
  return { userId: userId(given), role: typeof given === 'string' ? '' : (given.assigned_role ?? '') };
}

function toKey({ primary_entity: { type, id } }: z.output<typeof entity>): AssetKey {
  return { type, id };
}

function toAsset(given: z.output<typeof entity>): Asset {
  const { parent_entity: parent } = given;
  return { ...toKey(given), parentType: parent?.type ?? null, parentId: parent?.id ?? null };
}
