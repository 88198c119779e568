export { type CountRequest, countRequests } from './count-requests.ts';
