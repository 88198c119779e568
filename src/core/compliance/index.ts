export {
  type ConfigurationDraft,
  createConfiguration,
  deleteConfiguration,
  type ListedConfiguration,
  listConfigurations,
  readConfiguration,
  updateConfiguration,
} from './configurations.ts';
export { abandonRun, makeRun, sum } from './make-run.ts';
export { noteRunFetched, openRunFile, signRun } from './open-run-file.ts';
export { queueDueRuns } from './queue-due-runs.ts';
export { sweepRunFiles } from './run-files.ts';
export { deleteRun, listRuns, notifyOfRun, requestRun } from './runs.ts';
