import { createUnit, deleteUnit, updateUnit } from '../../../core/orgs/change-units.ts';
import { listUnits, type Unit } from '../../../core/orgs/units.ts';
import { AppError } from '../../../model/errors.ts';
import type { Task } from '../../../model/task.ts';
import { type Answer, type Call, embeds, filterOf } from '../call.ts';
import type { Conditions } from '../filter.ts';
import { link } from '../links.ts';
import { listBody } from '../list.ts';
import { readTaskLink } from '../mapping/task.ts';
import { embeddedTask, toUnit, type UnitView } from '../mapping/unit.ts';
import { text, texts } from '../operands.ts';
import { readPage, toRows } from '../paging.ts';
import { readNewUnit, readUnitChange } from '../unit-bodies.ts';
import { GLOBAL_UNIT, isUuid, unitName } from '../units.ts';

export const UNIT_FIELDS = { parent_id: { $eq: text }, name: { $contains: text }, id: { $in: texts } } as const;

export const UNITS_PATH = '/organizational-units';

export async function listOrganizationalUnits(call: Call): Promise<Answer> {
  const page = readPage(call.query);
  const { conditions, applied } = filterOf(call, UNIT_FIELDS);
  const found = (await listUnits(call.context, call.scope)).filter((unit) => meets(unit, conditions, call.root.id));
  const { offset, limit } = toRows(page);
  const items = found.slice(offset, offset + limit).map((unit) => toUnit(unit, { ...viewOf(call), isListed: true }));
  return { body: listBody({ path: UNITS_PATH, page, items, total: found.length, filterApplied: applied }) };
}

export async function readOrganizationalUnit(call: Call): Promise<Answer> {
  embedsTask(call);
  return { body: toUnit(await unitNamed(call, call.params.id), viewOf(call)) };
}

export async function createOrganizationalUnit(call: Call): Promise<Answer> {
  const embedded = embedsTask(call);
  const { name, parentId, unit } = readNewUnit(call.body);
  const parent = parentId === undefined ? call.scope.organization : await unitNamed(call, parentId);
  const { organization, task } = await createUnit(call.context, call, { name, parent, ...unit });
  return changed(call, organization.id, { task, embedsTask: embedded });
}

export async function patchOrganizationalUnit(call: Call): Promise<Answer> {
  const embedded = embedsTask(call);
  const change = readUnitChange(call.body);
  const unit = await changeableUnit(call);
  const own = unit.users.find(({ id }) => change.removeMembers?.includes(id));
  if (own !== undefined) {
    throw new AppError('precondition_failed', { public: `user ${own.id} stands in this organizational unit` });
  }
  const { task } = await updateUnit(call.context, call, { unit, change });
  return changed(call, unit.id, { task, embedsTask: embedded });
}

export async function deleteOrganizationalUnit(call: Call): Promise<Answer> {
  const embedded = embedsTask(call);
  const unit = await changeableUnit(call);
  const task = await deleteUnit(call.context, call.scope, unit);
  const above = unit.parentId === call.root.id ? GLOBAL_UNIT.id : (unit.parentUuid ?? GLOBAL_UNIT.id);
  const body = {
    _embedded: embeddedTask(task, above, embedded),
    _links: { _self: link(`${UNITS_PATH}/${unit.uuid}`, 'delete'), ...readTaskLink(task.id) },
    task_id: task.id,
  };
  return { status: 202, body };
}

async function changed(
  call: Call,
  id: number,
  { task, embedsTask }: { readonly task: Task | null; readonly embedsTask: boolean },
): Promise<Answer> {
  const unit = (await listUnits(call.context, call.scope)).find((candidate) => candidate.id === id);
  if (unit === undefined) throw noUnit();
  return { status: task === null ? 200 : 202, body: toUnit(unit, { ...viewOf(call), task, embedsTask }) };
}

function viewOf({ root, version, scope }: Call): UnitView {
  return { rootId: root.id, version, mayChange: scope.permissions.has('administer') };
}

function embedsTask(call: Call): boolean {
  return embeds(call, ['read-task']).length > 0;
}

async function unitNamed(call: Call, id = ''): Promise<Unit> {
  const shown = id.trim().toLowerCase();
  const units = isUuid(shown) ? await listUnits(call.context, call.scope) : [];
  const unit = units.find((candidate) => isCalled(candidate, shown, call.root.id));
  if (unit === undefined) throw noUnit();
  return unit;
}

async function changeableUnit(call: Call): Promise<Unit> {
  const unit = await unitNamed(call, call.params.id);
  if (unit.id !== call.root.id) return unit;
  throw new AppError('precondition_failed', {
    public: 'the global organizational unit is neither changed nor deleted',
  });
}

/** The global unit has its own uuid as well, by which `belfry org list` knows it. */
function isCalled(unit: Unit, id: string, rootId: number): boolean {
  return id === unit.uuid || id === unitName(unit, rootId).id;
}

function meets(unit: Unit, conditions: Conditions<typeof UNIT_FIELDS>, rootId: number): boolean {
  const { parent_id: parent, name, id } = conditions;
  const part = name?.$contains?.toLowerCase();
  const ids = id?.$in ?? [];
  const isBelow = parent?.$eq === GLOBAL_UNIT.id ? unit.parentId === rootId : parent?.$eq === unit.parentUuid;
  return (
    (parent?.$eq === undefined || (unit.id !== rootId && isBelow)) &&
    (part === undefined || unitName(unit, rootId).name.toLowerCase().includes(part)) &&
    (ids.length === 0 || ids.some((wanted) => isCalled(unit, wanted, rootId)))
  );
}

function noUnit(): AppError {
  return new AppError('not_found', { public: 'there is no such organizational unit' });
}
