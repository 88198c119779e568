export { type Deployment, listDeployments } from './list-deployments.ts';
