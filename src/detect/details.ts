import { createHash } from 'node:crypto';
import type { MapValue } from './document.ts';
import { parseDuration } from './durations.ts';
import { RuleFault } from './fault.ts';
import { entry, items, mapAt, requiredTextAt, textAt, textsAt, wordAt } from './read.ts';
import { type AlarmHints, LEVELS, type RelatedRule, type RuleDetails, STATUSES } from './rule.ts';

const MAX_ID_LENGTH = 100;

/** Everything a rule says besides what it detects. */
export function parseDetails(rule: MapValue, file: string, line: number, license: string): RuleDetails {
  const title = requiredTextAt(rule, 'title');
  const id = textAt(rule, 'id').toLowerCase();
  if (id.length > MAX_ID_LENGTH || /\s/.test(id)) {
    throw new RuleFault('an id is a UUID', entry(rule, 'id')?.value ?? rule);
  }
  const tags = textsAt(rule, 'tags').map((tag) => tag.toLowerCase());
  return {
    file,
    line,
    id: id === '' ? derivedId(file, title) : id,
    name: textAt(rule, 'name'),
    title,
    description: textAt(rule, 'description'),
    status: wordAt(rule, 'status', STATUSES, 'experimental'),
    level: wordAt(rule, 'level', LEVELS, 'medium'),
    author: textsAt(rule, 'author').join(', '),
    license: textAt(rule, 'license') || license,
    date: textAt(rule, 'date'),
    modified: textAt(rule, 'modified'),
    references: textsAt(rule, 'references'),
    falsePositives: textsAt(rule, 'falsepositives'),
    fields: textsAt(rule, 'fields'),
    tags,
    attackTechniques: techniques(tags),
    attackTactics: tactics(tags),
    related: parseRelated(rule),
    alarm: parseAlarmHints(mapAt(rule, 'belfry')),
  };
}

/** A UUID made of texts that identify the rule. */
export function derivedId(...texts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function techniques(tags: readonly string[]): string[] {
  return tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/.exec(tag)?.[1]?.toUpperCase() ?? []);
}

/** Tags also name groups (`attack.g0020`) and software (`attack.s0002`); tactics are words, once spelled with underscores. */
function tactics(tags: readonly string[]): string[] {
  return tags.flatMap((tag) => /^attack\.([a-z][a-z_-]+)$/.exec(tag)?.[1]?.replaceAll('_', '-') ?? []);
}

function parseRelated(rule: MapValue): RelatedRule[] {
  const related = entry(rule, 'related')?.value;
  if (related === undefined) return [];
  return items(related).map((item) => {
    if (item.type !== 'map') throw new RuleFault('related is a list of ids with types', item);
    return { id: requiredTextAt(item, 'id').toLowerCase(), type: textAt(item, 'type') };
  });
}

const HINTS = ['intent', 'strategy', 'method', 'priority', 'mute', 'group_by'];

function parseAlarmHints(hints: MapValue | undefined): AlarmHints {
  if (hints === undefined) return { groupBy: [] };
  for (const [name, { key }] of hints.entries) {
    if (!HINTS.includes(name))
      throw new RuleFault(`belfry knows ${HINTS.join(', ')}, not ${JSON.stringify(name)}`, key);
  }
  const texts = ['intent', 'strategy', 'method'].map((name) => [name, textAt(hints, name)] as const);
  const priority = parsePriority(hints);
  const muteMs = parseMute(hints);
  return {
    ...Object.fromEntries(texts.filter(([, text]) => text !== '')),
    ...(priority === undefined ? {} : { priority }),
    ...(muteMs === undefined ? {} : { muteMs }),
    groupBy: textsAt(hints, 'group_by'),
  };
}

function parsePriority(hints: MapValue): number | undefined {
  const value = entry(hints, 'priority')?.value;
  if (value === undefined) return undefined;
  const number = value.type === 'scalar' && typeof value.value === 'number' ? value.value : Number.NaN;
  if (!(number >= 0 && number <= 100)) throw new RuleFault('priority is a number from 0 to 100', value);
  return number;
}

function parseMute(hints: MapValue): number | undefined {
  const value = entry(hints, 'mute')?.value;
  if (value === undefined) return undefined;
  const duration = value.type === 'scalar' ? parseDuration(value.text) : undefined;
  if (duration === undefined) throw new RuleFault('mute is a time such as 30m, 1h or 1d', value);
  return duration;
}
