import * as traffic from '../../../core/traffic/index.ts';
import { type Call, questionOf } from '../call.ts';
import { toCategory, toIdentityType, toSummary } from '../mapping/objects.ts';
import { pageOf } from '../paging.ts';
import type { Answer } from './route.ts';

export async function totalRequests(call: Call): Promise<Answer> {
  return { data: { count: await traffic.countRequests(call.context, call.scope, questionOf(call)) } };
}

export async function deploymentStatus(call: Call): Promise<Answer> {
  const counts = await traffic.deploymentStatus(call.context, call.scope, questionOf(call));
  return {
    data: counts.map(({ type, active, total }) => ({ type: toIdentityType(type), activecount: active, count: total })),
  };
}

export async function summary(call: Call): Promise<Answer> {
  return { data: toSummary(await traffic.summarize(call.context, call.scope, questionOf(call))) };
}

export async function summariesByCategory(call: Call): Promise<Answer> {
  const items = await traffic.summarizeByCategory(call.context, call.scope, { ...questionOf(call), ...pageOf(call) });
  return {
    data: items.map(({ category, summary }) => ({ category: toCategory(category), summary: toSummary(summary) })),
  };
}

export async function summariesByDestination(call: Call): Promise<Answer> {
  const request = { ...questionOf(call), ...pageOf(call) };
  const items = await traffic.summarizeByDestination(call.context, call.scope, request);
  return { data: items.map(({ destination, summary }) => ({ domain: destination, summary: toSummary(summary) })) };
}

export async function summariesByRule(call: Call): Promise<Answer> {
  const lists = await traffic.summarizeSignatures(call.context, call.scope, { ...questionOf(call), ...pageOf(call) });
  return {
    data: lists.map((list) => ({
      signaturelist: { id: list.signatureListId },
      rule: { id: list.ruleId },
      signatures: list.signatures.map((signature) => ({
        generatorid: signature.generatorId,
        id: signature.id,
        lasteventat: signature.lastEventMs,
        counts: { blocked: signature.blocked, detected: signature.detected, wouldblock: signature.wouldBlock },
      })),
    })),
  };
}
