import type { DeploymentCount, RequestCounts } from '../../../model/traffic.ts';

/**
 * Identity types that stand for each kind of deployment. Logs name the site that a virtual appliance serves, never the
 * appliance.
 */
const DEPLOYMENTS = {
  roamingClients: ['roaming', 'anyconnect'],
  networks: ['network'],
  virtualAppliances: ['site'],
} as const satisfies Record<string, readonly string[]>;

type Deployment = keyof typeof DEPLOYMENTS;
type Deployments = Readonly<Record<Deployment, { active: number; inactive: number; total: number }>>;

const NAMES = Object.keys(DEPLOYMENTS) as Deployment[];

/** Section 10.1. */
export function toDeployments(counts: readonly DeploymentCount[]): Deployments {
  return forEach((name) => {
    const types: readonly string[] = DEPLOYMENTS[name];
    const of = counts.filter(({ type }) => types.includes(type));
    return activity(
      sum(of, (count) => count.active),
      sum(of, (count) => count.total),
    );
  });
}

export function addDeployments(all: readonly Deployments[]): Deployments {
  return forEach((name) =>
    activity(
      sum(all, (one) => one[name].active),
      sum(all, (one) => one[name].total),
    ),
  );
}

function forEach(count: (name: Deployment) => Deployments[Deployment]): Deployments {
  return Object.fromEntries(NAMES.map((name) => [name, count(name)])) as Deployments;
}

function activity(active: number, total: number) {
  return { active, inactive: total - active, total };
}

/** Section 10.2. */
export function toRequestCounts({ requests, blocked }: RequestCounts) {
  return { requests, requestsBlocked: blocked };
}

export function addRequests(all: readonly ReturnType<typeof toRequestCounts>[]) {
  return {
    requests: sum(all, (one) => one.requests),
    requestsBlocked: sum(all, (one) => one.requestsBlocked),
  };
}

function sum<Item>(items: readonly Item[], number: (item: Item) => number): number {
  return items.reduce((total, item) => total + number(item), 0);
}
