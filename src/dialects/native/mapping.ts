import type { z } from 'zod';
import type { ClientWithSecret } from '../../core/clients/create-client.ts';
import type { PlacedClient } from '../../core/clients/list-clients.ts';
import type { SecurityReport } from '../../core/customers/security-reports.ts';
import type { Import } from '../../core/imports/list-imports.ts';
import type { IngestHealth } from '../../core/imports/read-health.ts';
import type { FinishedImport } from '../../core/imports/run-import.ts';
import type { PlacedOrganization } from '../../core/orgs/list-organizations.ts';
import type { SettingInForce } from '../../core/orgs/organization-settings.ts';
import { writeOpaqueToken } from '../../core/tokens/opaque-token.ts';
import type { PlacedUser } from '../../core/users/list-users.ts';
import type { Dialect } from '../dialect.ts';
import type * as schemas from './schemas.ts';
import type { securityReport } from './security-report-schemas.ts';

// Model → wire, member by member: what is added to a model does not become public by itself.

export function toOrganization(model: PlacedOrganization): z.input<typeof schemas.organization> {
  const { id, uuid, slug, name, parent, createdAt } = model;
  return { id, uuid, slug, name, parent, createdAt };
}

export function toSetting(model: SettingInForce): z.input<typeof schemas.setting> {
  const { name, value, from, fallback, sentence } = model;
  return { name, value, from, default: fallback, description: sentence };
}

export function toUser(model: PlacedUser): z.input<typeof schemas.user> {
  const { id, email, name, role, organization, enabled, createdAt, lastSignInAt } = model;
  return { id, email, name, role, organization, enabled, createdAt, lastSignInAt };
}

export function toClient(model: PlacedClient): z.input<typeof schemas.client> {
  const { id, name, organization, api, scopes, ownerUserId, enabled, createdAt, lastUsedAt, expiresAt } = model;
  return {
    clientId: id,
    name,
    organization,
    api,
    scopes: scopes && [...scopes],
    ownerUserId,
    enabled,
    createdAt,
    lastUsedAt,
    expiresAt,
  };
}

/** @param surfaces those that a client may be made for */
export function toClientWithSecret(
  { client, secret }: ClientWithSecret,
  surfaces: readonly Pick<Dialect, 'name' | 'tokens'>[],
): z.input<typeof schemas.clientWithSecret> {
  const { clientId, ...rest } = toClient(client);
  const hasToken = surfaces.some(({ name, tokens }) => name === client.api && tokens !== undefined);
  return {
    ...(hasToken && { token: writeOpaqueToken({ id: clientId, secret }) }),
    clientId,
    clientSecret: secret,
    ...rest,
  };
}

export function toImportOutcome(path: string, model: FinishedImport): z.input<typeof schemas.importOutcome> {
  const { receipt, format, importId, damage = null, batchesSetAside } = model;
  return { path, format, importId, ...receipt, damage, batchesSetAside: [...batchesSetAside] };
}

export function toListedImport(model: Import): z.input<typeof schemas.listedImport> {
  const { id, path, format, state, receipt, reason, actor, startedAt, finishedAt } = model;
  return { importId: id, path, format, state, receipt, reason, by: actor.label, startedAt, finishedAt };
}

export function toHealth({
  batches,
  newestEventAt,
  unfinished,
  detection,
}: IngestHealth): z.input<typeof schemas.health> {
  const { open, committed, setAside, received, stored, rejected, ignored, lastCommittedAt } = batches;
  return {
    batches: { open, committed, setAside, received, stored, rejected, ignored, lastCommittedAt },
    newestEventAt,
    unfinished: unfinished.map((batch) => ({
      batch: batch.seq,
      state: batch.state,
      path: batch.path,
      format: batch.format,
      received: batch.received,
      attempts: batch.attempts,
      reason: batch.reason,
      openedAt: batch.openedAt,
      waitsFor: batch.waitsFor,
    })),
    // Reasons name rules and stores, which are the operator's.
    detection: {
      secondsBehind: detection.secondsBehind,
      failingSince: detection.failing?.since ?? null,
      rulesSetApart: detection.rulesSetApart,
    },
  };
}

/** Who asked and whom it is meant for may be people of an organization above, which is not the reader's to see. */
export function toSecurityReport(model: SecurityReport): z.input<typeof securityReport> {
  const { id, state, startDate, endDate, error, createdAt, finishedAt } = model;
  return { id, state, startDate, endDate, error, createdAt, finishedAt };
}
