export { type CountRequest, countRequests, forgetEndedRequestCounts } from './count-requests.ts';
export { FailedSecretLog } from './failed-secret-log.ts';
export { FailureLimiter, type FailureLimits } from './failure-limiter.ts';
export { showRefusals } from './failure-metrics.ts';
export { FailureSums } from './failure-sums.ts';
