import type { Command } from 'commander';
import { printResult } from '../output.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { AuditVerdict } from '../wire.ts';

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('the trail of every change');
  withJson(
    audit.command('verify').description('check the trail entry by entry; fails when it is no longer what was written'),
  ).action(verifyAudit);
}

async function verifyAudit(options: JsonOption): Promise<void> {
  const verdict = await withBelfry(({ api }) => api.get<AuditVerdict>('/audit/verify'));
  printResult(outputOf(options), verdict, () => verdictText(verdict));
  if (verdict.fault !== null) process.exitCode = 1;
}

function verdictText({ entries, head, fault }: AuditVerdict): string {
  if (fault !== null) return `The trail is not what was written: ${fault.what}. Good before that: ${entries} entries.`;
  return `The trail is good: ${entries} entries${head === '' ? '' : `, the last with hash ${head}`}.`;
}
