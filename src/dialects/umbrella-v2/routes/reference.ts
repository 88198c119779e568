import { z } from 'zod';
import * as reference from '../../../core/reference/index.ts';
import { AppError, badInput } from '../../../model/errors.ts';
import { type Call, textOf, textsOf } from '../call.ts';
import { parseJsonBody } from '../json-body.ts';
import { toApplication, toApplicationCategory, toCategoryWithLegacyId, toIdentity } from '../mapping/objects.ts';
import { limitOf, offsetOf } from '../paging.ts';
import { identityTypes } from '../parameters.ts';
import type { Answer } from './route.ts';

export async function applications(call: Call): Promise<Answer> {
  const search = textOf(call, 'AN');
  const found = await reference.listApplications(call.context, call.scope, search === undefined ? {} : { search });
  const labels = [...new Set(found.map((application) => application.category))].filter((label) => label !== '').sort();
  const categories = labels.map(toApplicationCategory).map(({ id, label }) => ({ id, name: label }));
  return { data: { applications: found.map(toApplication), categories } };
}

export async function categories(call: Call): Promise<Answer> {
  const found = await reference.listCategories(call.context, call.scope);
  return { data: found.map(toCategoryWithLegacyId) };
}

export async function identities(call: Call): Promise<Answer> {
  const search = textOf(call, 'SE');
  const types = textsOf(call, 'IT');
  const found = await reference.listIdentities(call.context, call.scope, {
    limit: limitOf(call),
    offset: offsetOf(call),
    ...(search !== undefined && { search }),
    ...(types !== undefined && { types: identityTypes(types, 'identitytypes') }),
  });
  return { data: found.map(toIdentity) };
}

/** Body of POST /identities: numbers, or the same as text. */
export const identityIdsBody = z.object({
  identityids: z.array(z.union([z.int().nonnegative(), z.string().regex(/^\d{1,16}$/)])).max(5000),
});

/** Unknown ids are left out. */
export async function identitiesByIds(call: Call): Promise<Answer> {
  const ids = idsOf(call.body);
  const found = await reference.identitiesByIds(call.context, call.scope, ids);
  return { data: found.slice(0, limitOf(call, ids.length)).map(toIdentity) };
}

function idsOf(body: unknown): number[] {
  const parsed = identityIdsBody.safeParse(parseJsonBody(body));
  if (parsed.success) return parsed.data.identityids.map(Number);
  throw badInput(
    'identityids',
    undefined,
    'missing or invalid identityids: must be a list of at most 5000 identity ids',
  );
}

export async function identityById(call: Call): Promise<Answer> {
  const id = /^\d{1,16}$/.test(call.pathId) ? Number(call.pathId) : undefined;
  if (id === undefined) throw notFound('identityid', call.pathId);
  return { data: toIdentity(await reference.identityById(call.context, call.scope, id)) };
}

export async function threatTypes(): Promise<Answer> {
  return { data: reference.threatTypes() };
}

export async function threatNames(call: Call): Promise<Answer> {
  return { data: await reference.threatNames(call.context, call.scope) };
}

/** The name is the id, in any case. */
export async function threatTypeByName(call: Call): Promise<Answer> {
  return { data: byName('threattypeid', call.pathId, reference.threatTypes()) };
}

export async function threatNameByName(call: Call): Promise<Answer> {
  return { data: byName('threatnameid', call.pathId, await reference.threatNames(call.context, call.scope)) };
}

function byName<Item extends { readonly name: string }>(where: string, id: string, items: readonly Item[]): Item {
  const found = items.find((item) => item.name.toLowerCase() === id.toLowerCase());
  if (found === undefined) throw notFound(where, id);
  return found;
}

function notFound(where: string, id: string): AppError {
  const message = `there is no such ${where}`;
  return new AppError('not_found', { public: message, faults: [{ where, value: id.slice(0, 200), message }] });
}
