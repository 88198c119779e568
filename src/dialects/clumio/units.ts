import type { Organization } from '../../model/organization.ts';

/** For every token, the organizational unit it belongs to is the global one (sections 1.3 and 4.2). */
export const GLOBAL_UNIT = {
  id: '00000000-0000-0000-0000-000000000000',
  name: 'Global organizational unit',
} as const;

/** What a token calls a unit. */
export interface UnitName {
  readonly id: string;
  readonly name: string;
}

/** @param rootId number of the unit the token belongs to */
export function unitName(unit: Pick<Organization, 'id' | 'uuid' | 'name'>, rootId: number): UnitName {
  return unit.id === rootId ? GLOBAL_UNIT : { id: unit.uuid, name: unit.name };
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
