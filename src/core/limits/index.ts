export { type CountRequest, countRequests, forgetEndedRequestCounts } from './count-requests.ts';
