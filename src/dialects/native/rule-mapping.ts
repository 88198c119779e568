import type { z } from 'zod';
import type { ImportedRules, ListedRule, TriedRules } from '../../core/detection/index.ts';
import type * as schemas from './rule-schemas.ts';

// Model → wire, member by member: what is added to a model does not become public by itself.

export function toDetectionRule(model: ListedRule): z.input<typeof schemas.detectionRule> {
  const { id, pack, file, title, level, enabled, loadedAt, setApart } = model;
  const apart = setApart && { at: setApart.at, reason: setApart.reason, fromBatch: setApart.fromBatch };
  return { id, pack, file, title, level, enabled, loadedAt, setApart: apart };
}

export function toImportedRules(model: ImportedRules): z.input<typeof schemas.importedRules> {
  const { added, changed, unchanged, setApart, problems } = model;
  return { added, changed, unchanged, setApart, problems: problems.map(toProblem) };
}

export function toTriedRules({ rules, problems }: TriedRules): z.input<typeof schemas.triedRules> {
  return {
    rules: rules.map(({ id, title, organizations }) => ({
      id,
      title,
      organizations: organizations.map(({ organization, events, alarms }) => ({ organization, events, alarms })),
    })),
    problems: problems.map(toProblem),
  };
}

function toProblem({ file, line, column, message }: TriedRules['problems'][number]) {
  return { file, line, column, message };
}
