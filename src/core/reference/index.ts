export { listApplications, listCategories, threatNames, threatTypes } from './catalogue.ts';
export { identitiesByIds, identityById, listIdentities } from './identities.ts';
