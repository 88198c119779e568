import type { Place } from './fault.ts';
import { RuleFault } from './fault.ts';
import { unknownName } from './read.ts';
import { COMPARISONS, type Comparison } from './rule.ts';

/** Modifiers that change a text, in the order they are applied. */
export const TRANSFORMS = [
  'windash',
  'wide',
  'utf16le',
  'utf16be',
  'utf16',
  'base64',
  'base64offset',
  'contains',
  'startswith',
  'endswith',
] as const;
export type Transform = (typeof TRANSFORMS)[number];

/** Modifiers that decide what kind of statement it is; the default is a text with wildcards. */
const MEANINGS = ['re', 'cidr', 'exists', 'fieldref', ...COMPARISONS.filter((name) => name !== 'eq')] as const;
export type Meaning = 'text' | 're' | 'cidr' | 'exists' | 'fieldref' | Exclude<Comparison, 'eq'>;

const REGEX_FLAGS = ['i', 'm', 's'] as const;
const OTHERS = ['all', 'cased', 'expand'] as const;
const KNOWN = [...TRANSFORMS, ...MEANINGS, ...REGEX_FLAGS, ...OTHERS];

/** What stands behind the name of a field. */
export interface Modifiers {
  readonly meaning: Meaning;
  readonly transforms: readonly Transform[];
  readonly flags: string;
  /** Every value must match, not one of them. */
  readonly all: boolean;
  readonly cased: boolean;
  readonly expand: boolean;
}

/** @throws RuleFault for modifiers that nobody knows or that do not go together */
export function parseModifiers(names: readonly string[], place: Place): Modifiers {
  const unknown = names.find((name) => !KNOWN.some((known) => known === name));
  if (unknown !== undefined) throw new RuleFault(unknownName('modifier', unknown, KNOWN), place);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new RuleFault(`the modifier ${twice} stands here twice`, place);
  const meanings = MEANINGS.filter((name) => names.includes(name));
  const [meaning = 'text', another] = meanings;
  if (another !== undefined) throw new RuleFault(`the modifiers ${meaning} and ${another} do not go together`, place);
  const modifiers: Modifiers = {
    meaning,
    transforms: names.flatMap((name) => TRANSFORMS.filter((transform) => transform === name)),
    flags: REGEX_FLAGS.filter((flag) => names.includes(flag)).join(''),
    all: names.includes('all'),
    cased: names.includes('cased'),
    expand: names.includes('expand'),
  };
  checkTogether(modifiers, place);
  return modifiers;
}

function checkTogether({ meaning, transforms, flags, cased, expand }: Modifiers, place: Place): void {
  const refuse = (one: string, other: string) => {
    throw new RuleFault(`the modifiers ${one} and ${other} do not go together`, place);
  };
  if (flags !== '' && meaning !== 're')
    throw new RuleFault(`the modifier ${flags.charAt(0)} needs re before it`, place);
  const [transform] = transforms.filter((name) => meaning !== 'fieldref' || !POSITIONS.includes(name));
  if (meaning !== 'text' && transform !== undefined) refuse(meaning, transform);
  if (cased && meaning !== 'text' && meaning !== 'fieldref') refuse(meaning, 'cased');
  if (expand && meaning !== 'text' && meaning !== 're' && meaning !== 'cidr') refuse(meaning, 'expand');
}

const POSITIONS: readonly Transform[] = ['contains', 'startswith', 'endswith'];
