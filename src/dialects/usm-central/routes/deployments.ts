import { listDeployments } from '../../../core/peers/index.ts';
import type { Answer, Call } from '../../kit/usm/call.ts';
import { type NamedDeployment, named, toDeployment } from '../deployment.ts';

/** `GET /deployments` (section 3.1): an array without an envelope. */
export const answerDeployments: Answer = async (call) => {
  const nowMs = call.context.now();
  return (await deploymentsOf(call)).map((deployment) => toDeployment(deployment, nowMs));
};

export async function deploymentsOf(call: Call): Promise<NamedDeployment[]> {
  const deployments = await listDeployments(call.context, call.scope);
  return deployments.map((deployment) => named(deployment, call));
}
