import { z } from 'zod';
import type { Operation, Resource } from '../resource.ts';
import { deletedUnit, listOf, listQuery, organizationalUnit } from '../schemas.ts';
import { newUnitBody, unitChangeBody } from '../unit-bodies.ts';
import {
  createOrganizationalUnit,
  deleteOrganizationalUnit,
  listOrganizationalUnits,
  patchOrganizationalUnit,
  readOrganizationalUnit,
  UNIT_FIELDS,
  UNITS_PATH,
} from './organizational-units.ts';

const ONE = `${UNITS_PATH}/{id}`;
const TAG = 'Organizational units';
const EMBED = { embed: z.string().optional().describe('`read-task`: the task, where the request has one') };

const OPERATIONS: readonly Operation[] = [
  {
    id: 'list-organizational-units',
    method: 'GET',
    path: UNITS_PATH,
    permission: 'reference:read',
    answer: listOrganizationalUnits,
    description: {
      summary: 'The organizational unit of the request and all below it',
      tag: TAG,
      query: listQuery(UNIT_FIELDS),
      answers: { 200: listOf(organizationalUnit) },
    },
  },
  {
    id: 'create-organizational-unit',
    method: 'POST',
    path: UNITS_PATH,
    permission: 'administer',
    answer: createOrganizationalUnit,
    description: {
      summary: 'Makes an organizational unit',
      tag: TAG,
      query: EMBED,
      body: newUnitBody,
      answers: { 200: organizationalUnit, 202: organizationalUnit },
    },
  },
  {
    id: 'read-organizational-unit',
    method: 'GET',
    path: ONE,
    permission: 'reference:read',
    answer: readOrganizationalUnit,
    description: { summary: 'One organizational unit', tag: TAG, query: EMBED, answers: { 200: organizationalUnit } },
  },
  {
    id: 'patch-organizational-unit',
    method: 'PATCH',
    path: ONE,
    permission: 'administer',
    answer: patchOrganizationalUnit,
    description: {
      summary: 'Changes an organizational unit; what is absent stays as it is',
      tag: TAG,
      query: EMBED,
      body: unitChangeBody,
      answers: { 200: organizationalUnit, 202: organizationalUnit },
    },
  },
  {
    id: 'delete-organizational-unit',
    method: 'DELETE',
    path: ONE,
    permission: 'administer',
    answer: deleteOrganizationalUnit,
    description: {
      summary: 'Deletes an organizational unit that has none below it',
      tag: TAG,
      query: EMBED,
      answers: { 202: deletedUnit },
    },
  },
];

export const organizationalUnits: Resource = { name: 'organizational-units', newest: 2, operations: OPERATIONS };
