export { categoryRequestsByCustomer } from './category-requests-by-customer.ts';
export { customersOf } from './customers-of.ts';
export { deploymentsByCustomer } from './deployments-by-customer.ts';
export { listCustomerCategories } from './list-customer-categories.ts';
export { requestBuckets } from './request-buckets.ts';
export { requestsByCategory, type SharedCategory } from './requests-by-category.ts';
export { requestsByCustomer } from './requests-by-customer.ts';
export { requestsByDestination, type SharedDestination } from './requests-by-destination.ts';
