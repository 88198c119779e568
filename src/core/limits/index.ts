export { type CountRequest, countRequests, forgetEndedRequestCounts } from './count-requests.ts';
export { FailureLimiter, type FailureLimits } from './failure-limiter.ts';
export { showRefusals } from './failure-metrics.ts';
