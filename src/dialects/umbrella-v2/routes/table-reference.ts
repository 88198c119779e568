import { z } from 'zod';
import { categoryWithLegacyId, identity } from '../schemas/objects.ts';
import { applicationList, namedThreat } from '../schemas/reports.ts';
import { codes } from './codes.ts';
import * as reference from './reference.ts';
import type { ReportRoute } from './route.ts';

const permission = 'reference:read';

/** Section 6, rows 31 to 37. */
export const REFERENCE_ROUTES: readonly ReportRoute[] = [
  {
    path: '/applications',
    parameters: codes('AN'),
    permission,
    data: applicationList,
    summary: 'Applications seen',
    answer: reference.applications,
  },
  {
    path: '/categories',
    parameters: [],
    permission,
    data: z.array(categoryWithLegacyId),
    summary: 'Categories, by id',
    answer: reference.categories,
  },
  {
    path: '/identities',
    parameters: codes('L O SE IT'),
    permission,
    data: z.array(identity),
    summary: 'Identities seen',
    answer: reference.identities,
  },
  {
    path: '/identities',
    method: 'POST',
    parameters: codes('L'),
    permission,
    body: reference.identityIdsBody,
    data: z.array(identity),
    summary: 'Identities of these ids; unknown ones are left out',
    answer: reference.identitiesByIds,
  },
  {
    path: '/identities/:id',
    parameters: [],
    permission,
    data: identity,
    summary: 'One identity',
    answer: reference.identityById,
  },
  {
    path: '/threat-types',
    parameters: [],
    permission,
    data: z.array(namedThreat),
    summary: 'Types of threats',
    answer: reference.threatTypes,
  },
  {
    path: '/threat-types/:id',
    parameters: [],
    permission,
    data: namedThreat,
    summary: 'One type of threat, by its name in any case',
    answer: reference.threatTypeByName,
  },
  {
    path: '/threat-names',
    parameters: [],
    permission,
    data: z.array(namedThreat),
    summary: 'Threats seen',
    answer: reference.threatNames,
  },
  {
    path: '/threat-names/:id',
    parameters: [],
    permission,
    data: namedThreat,
    summary: 'One threat, by its name in any case',
    answer: reference.threatNameByName,
  },
];
