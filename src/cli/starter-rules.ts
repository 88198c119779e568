import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Context } from '../core/context.ts';
import { putStarterPack } from '../core/detection/index.ts';
import { readRuleFolder } from './rule-files.ts';

/** `rules/` stands beside sources and build. */
const FOLDER = fileURLToPath(new URL('../../rules', import.meta.url));

/** Brings the rules that come with Belfry up to date. New ones are enabled, others stay enabled or disabled as they are. */
export async function loadStarterRules(context: Context, logger: Logger): Promise<void> {
  const { put, problems } = await putStarterPack(context, await readRuleFolder(FOLDER));
  const [added, changed] = [put.added.length, put.changed.length];
  if (added + changed > 0) logger.info({ added, changed }, 'loaded the rules that come with Belfry');
  for (const problem of problems) logger.warn(problem, 'a rule that comes with Belfry cannot be loaded');
}
