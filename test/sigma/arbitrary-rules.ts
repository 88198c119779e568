import fc from 'fast-check';
import type { NaiveCondition, NaiveEvent, NaiveMap, NaiveSelection } from './naive-sigma.ts';

/** Few characters, so that texts meet: letters in both cases and alphabets, and whatever is special to somebody. */
const LETTERS = ['a', 'A', 'b', 'é', 'É', '1', '-', '/', '\\', '*', '?', '.', ' ', "'", '"', '{', '%', '\n', '_', '$'];
const letters = fc.constantFrom(...LETTERS);
const word = fc.array(letters, { minLength: 1, maxLength: 4 }).map((all) => all.join(''));
const longWord = fc.constantFrom(
  'abab',
  'Abab*',
  '*baba',
  'a?ab',
  'ababab',
  '-abab',
  ' /abab',
  'abab\\*',
  'éabab',
  'a\\\\*b',
);
const address = fc.constantFrom('10.0.0.1', '10.0.1.2', '192.168.7.7', '10.0.0.1.5', 'x');
const numeral = fc.constantFrom('0', '1', '5', '42', '-3', '2.5', '1x');

const eventText = fc.oneof(
  { weight: 6, arbitrary: word },
  {
    weight: 3,
    arbitrary: fc.array(fc.oneof(longWord, word), { minLength: 1, maxLength: 2 }).map((all) => all.join('')),
  },
  { weight: 2, arbitrary: fc.constant('') },
  address,
  numeral,
  fc
    .tuple(fc.constantFrom('', 'x', 'xy'), fc.constantFrom('ab', 'A1', 'é'))
    .map(([before, value]) => Buffer.from(`${before}${value}zz`).toString('base64')),
  fc.constantFrom('ab', 'b1').map((value) => Buffer.from(`x${value}zz`, 'utf16le').toString('base64')),
);

const FIELDS = ['A', 'B', 'C'];
const field = fc.constantFrom(...FIELDS);

export const arbitraryEvent: fc.Arbitrary<NaiveEvent> = fc
  .tuple(eventText, eventText, eventText)
  .map((texts) => Object.fromEntries(FIELDS.map((name, index) => [name, [texts[index] ?? '']])));

const oneOrMore = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }));

const textModifiers = fc
  .tuple(
    fc.constantFrom('', '|windash'),
    fc.constantFrom('', '|contains', '|startswith', '|endswith'),
    fc.constantFrom('', '', '|all'),
    fc.constantFrom('', '', '|cased'),
  )
  .map((parts) => parts.join(''));

const plain = fc.constantFrom('ab', 'A1', 'é', 'b1');

/** Items of a selection: a key with its modifiers, and what it is compared with. */
const item: fc.Arbitrary<NaiveMap> = fc.oneof(
  { weight: 8, arbitrary: entry(textModifiers, oneOrMore(fc.oneof(word, word, longWord))) },
  {
    weight: 2,
    arbitrary: entry(
      fc.constant(''),
      oneOrMore(fc.constantFrom<(string | number | null | boolean)[]>('', null, 1, 42, true, 'a*')),
    ),
  },
  entry(
    fc.constantFrom('|re', '|re|i', '|re|s', '|re|m|i'),
    oneOrMore(fc.constantFrom('^a', 'b$', 'a.b', '[ab]{2}', '^.$', '(a|é)b?', '\\.', '^a.*1')),
  ),
  entry(
    fc.constant('|cidr'),
    oneOrMore(fc.constantFrom('10.0.0.0/16', '10.0.0.0/24', '192.168.0.0/16', '10.0.0.1/32', '0.0.0.0/0')),
  ),
  entry(fc.constantFrom('|gt', '|gte', '|lt', '|lte'), fc.constantFrom(0, 1, 5, 2.5, -3)),
  entry(fc.constant('|exists'), fc.boolean()),
  entry(fc.constantFrom('|fieldref', '|fieldref|cased'), field),
  entry(fc.constantFrom('|base64|contains', '|base64offset|contains', '|wide|base64offset|contains'), oneOrMore(plain)),
);

function entry(modifiers: fc.Arbitrary<string>, value: fc.Arbitrary<NaiveMap[string]>): fc.Arbitrary<NaiveMap> {
  return fc.tuple(field, modifiers, value).map(([name, names, wanted]) => ({ [name + names]: wanted }));
}

const map = fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => Object.assign({}, ...items) as NaiveMap);
const selection: fc.Arbitrary<NaiveSelection> = fc.oneof(
  { weight: 6, arbitrary: map },
  { weight: 2, arbitrary: fc.array(map, { minLength: 1, maxLength: 2 }) },
  fc.array(fc.oneof(word, longWord), { minLength: 1, maxLength: 2 }),
  fc.array(fc.oneof(word, longWord), { minLength: 1, maxLength: 2 }).map((words) => ({ '|all': words })),
);

const NAMES = ['sel_a', 'sel_b', 'filter'];

const leaf: fc.Arbitrary<NaiveCondition> = fc.oneof(
  fc.constantFrom(...NAMES).map((name) => ({ text: name, holds: (found: Found) => found.get(name) === true })),
  quantified('1 of them', NAMES, 1),
  quantified('all of them', NAMES, 3),
  quantified('2 of them', NAMES, 2),
  quantified('any of sel_*', ['sel_a', 'sel_b'], 1),
  quantified('all of sel*', ['sel_a', 'sel_b'], 2),
);

function quantified(text: string, names: readonly string[], least: number): fc.Arbitrary<NaiveCondition> {
  return fc.constant({ text, holds: (found: Found) => names.filter((name) => found.get(name)).length >= least });
}

const condition: fc.Arbitrary<NaiveCondition> = fc.letrec<{ tree: NaiveCondition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    tie('tree').map((of) => ({ text: `not (${of.text})`, holds: (found: Found) => !of.holds(found) })),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => ({
      text: `(${a.text}) and ${b.text.includes(' ') ? `(${b.text})` : b.text}`,
      holds: (found: Found) => a.holds(found) && b.holds(found),
    })),
    fc.tuple(leaf, leaf, leaf).map(([a, b, c]) => ({
      text: `${a.text} or not ${b.text} and ${c.text}`,
      holds: (found: Found) => a.holds(found) || (!b.holds(found) && c.holds(found)),
    })),
  ),
})).tree;

type Found = ReadonlyMap<string, boolean>;

export interface NaiveRule {
  readonly selections: Readonly<Record<string, NaiveSelection>>;
  readonly condition: NaiveCondition;
}

export const arbitraryRule: fc.Arbitrary<NaiveRule> = fc.record({
  selections: fc.record({ sel_a: selection, sel_b: selection, filter: selection }),
  condition,
});
