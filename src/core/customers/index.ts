export { customersOf } from './customers-of.ts';
export { type CustomerDeployments, deploymentsByCustomer } from './deployments-by-customer.ts';
export { type CustomerRequests, requestsByCustomer } from './requests-by-customer.ts';
