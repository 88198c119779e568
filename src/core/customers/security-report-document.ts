import { type CalendarDay, type DaySpan, dayOf, rangeOfDays } from '../../model/calendar-day.ts';
import type { Scope } from '../../model/scope.ts';
import type { RequestCounts, TopThreat } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { categoryLabel } from '../traffic/category-references.ts';
import * as traffic from '../traffic/index.ts';

/** What a security report says. It is kept as JSON for as long as the report is: members are added, never changed. */
export interface SecurityReportDocument {
  readonly organization: { readonly id: number; readonly slug: string; readonly name: string };
  /** First and last day, in UTC. */
  readonly startDate: CalendarDay;
  readonly endDate: CalendarDay;
  /** ISO 8601 instant at which it was begun: events that came later are not in it. */
  readonly writtenAt: string;
  readonly totals: RequestCounts & {
    /** Different ones that made or received the requests. */
    readonly identities: number;
    readonly domains: number;
    readonly categories: number;
    readonly applications: number;
    readonly files: number;
  };
  /** Every day, in order. */
  readonly days: readonly (RequestCounts & { readonly date: CalendarDay })[];
  /** At most ten of each, most requests first. */
  readonly topCategories: readonly { readonly category: string; readonly requests: number }[];
  readonly topBlockedDestinations: readonly {
    readonly destination: string;
    readonly requests: number;
    readonly categories: readonly string[];
  }[];
  readonly topThreats: readonly TopThreat[];
  readonly topIdentities: readonly (RequestCounts & { readonly label: string; readonly type: string })[];
}

const TOP = 10;

/** Permission `aggregates:read`. */
export async function composeSecurityReport(
  context: Context,
  scope: Scope,
  span: DaySpan,
): Promise<SecurityReportDocument> {
  const { id, slug, name } = scope.organization;
  const query = { range: rangeOfDays(span), filter: {} };
  const writtenAt = new Date(context.now()).toISOString();
  return {
    organization: { id, slug, name },
    startDate: span.startDate,
    endDate: span.endDate,
    writtenAt,
    totals: await totals(context, scope, query),
    days: await days(context, scope, query),
    topCategories: await topCategories(context, scope, query),
    topBlockedDestinations: await topBlockedDestinations(context, scope, query),
    topThreats: await traffic.topThreats(context, scope, { ...query, limit: TOP, offset: 0 }),
    topIdentities: await topIdentities(context, scope, query),
  };
}

type Query = Parameters<typeof traffic.summarize>[2];

async function totals(context: Context, scope: Scope, query: Query): Promise<SecurityReportDocument['totals']> {
  const summary = await traffic.summarize(context, scope, query);
  const { requests, requestsAllowed, requestsBlocked, identities, domains, categories, applications, files } = summary;
  return {
    requests,
    allowed: requestsAllowed,
    blocked: requestsBlocked,
    identities,
    domains,
    categories,
    applications,
    files,
  };
}

async function days(context: Context, scope: Scope, query: Query): Promise<SecurityReportDocument['days']> {
  const buckets = await traffic.requestBuckets(context, scope, { ...query, step: 'day', timezone: 'UTC' });
  return buckets.map(({ startMs, requests, allowed, blocked }) => ({
    date: dayOf(startMs),
    requests,
    allowed,
    blocked,
  }));
}

async function topCategories(
  context: Context,
  scope: Scope,
  query: Query,
): Promise<SecurityReportDocument['topCategories']> {
  const top = await traffic.topCategories(context, scope, { ...query, offset: 0 });
  return top.slice(0, TOP).map(({ category, requests }) => ({ category: categoryLabel(category), requests }));
}

async function topBlockedDestinations(
  context: Context,
  scope: Scope,
  query: Query,
): Promise<SecurityReportDocument['topBlockedDestinations']> {
  const blocked = { ...query, filter: { verdicts: ['blocked'] as const }, limit: TOP, offset: 0 };
  const top = await traffic.topDestinations(context, scope, blocked);
  return top.map(({ destination, requests, categories }) => ({
    destination,
    requests,
    categories: categories.map(categoryLabel),
  }));
}

async function topIdentities(
  context: Context,
  scope: Scope,
  query: Query,
): Promise<SecurityReportDocument['topIdentities']> {
  const top = await traffic.topIdentities(context, scope, { ...query, limit: TOP, offset: 0 });
  return top.map(({ identity, requests, allowed, blocked }) => ({
    label: identity.label,
    type: identity.type,
    requests,
    allowed,
    blocked,
  }));
}
