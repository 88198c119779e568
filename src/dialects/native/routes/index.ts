import type { NativeRoute } from '../route.ts';
import { ALARM_ROUTES } from './alarm-routes.ts';
import { BACKUP_ROUTES } from './backup-routes.ts';
import { BATCH_ROUTES } from './batch-routes.ts';
import { createClient, type Surface } from './create-client.ts';
import { createOrganization } from './create-organization.ts';
import { createUser } from './create-user.ts';
import { deleteClient } from './delete-client.ts';
import { disableClient } from './disable-client.ts';
import { enableClient } from './enable-client.ts';
import { importLog } from './import-log.ts';
import { listClients } from './list-clients.ts';
import { listImports } from './list-imports.ts';
import { listMigrations } from './list-migrations.ts';
import { listOrganizationSettings } from './list-organization-settings.ts';
import { listOrganizations } from './list-organizations.ts';
import { listRejects } from './list-rejects.ts';
import { listSecurityReports } from './list-security-reports.ts';
import { listUsers } from './list-users.ts';
import { moveOrganization } from './move-organization.ts';
import { PEER_ROUTES } from './peer-routes.ts';
import { putOrganizationSetting } from './put-organization-setting.ts';
import { readHealth } from './read-health.ts';
import { readOrganization } from './read-organization.ts';
import { readOrganizationSetting } from './read-organization-setting.ts';
import { readSecurityReport } from './read-security-report.ts';
import { readStatus } from './read-status.ts';
import { removeOrganizationSetting } from './remove-organization-setting.ts';
import { resetClientSecret } from './reset-client-secret.ts';
import { RULE_ROUTES } from './rule-routes.ts';
import { verifyAudit } from './verify-audit.ts';

/** @param surfaces the vendors', which a client may be made for */
export function nativeRoutes(surfaces: readonly Surface[]): NativeRoute[] {
  return [
    readStatus,
    listMigrations,
    verifyAudit,
    listOrganizations,
    createOrganization,
    readOrganization,
    moveOrganization,
    listOrganizationSettings,
    readOrganizationSetting,
    putOrganizationSetting,
    removeOrganizationSetting,
    listUsers,
    createUser,
    listClients,
    createClient(surfaces),
    disableClient,
    enableClient,
    resetClientSecret(surfaces),
    deleteClient,
    importLog,
    listImports,
    listRejects,
    readHealth,
    listSecurityReports,
    readSecurityReport,
    ...BATCH_ROUTES,
    ...BACKUP_ROUTES,
    ...ALARM_ROUTES,
    ...PEER_ROUTES,
    ...RULE_ROUTES,
  ];
}
