import type { ScalarValue } from './document.ts';
import { base64Offsets, bytesOf, dashForms, type Encodable, patternOf, utf16 } from './encodings.ts';
import { RuleFault } from './fault.ts';
import type { Modifiers, Transform } from './modifiers.ts';
import { parseNetwork } from './networks.ts';
import { anythingBefore, anythingBehind, joinPattern, parsePattern, plainText } from './pattern.ts';
import { checkRegex } from './regex.ts';
import type { Expression, FieldName, Pattern, Position, Predicate } from './rule.ts';

/** Values of `%name%` in texts with the modifier `expand`. */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

const MAX_ALTERNATIVES = 1000;

/** What one value of a detection item says of its field. */
export function matcher(
  field: FieldName | undefined,
  modifiers: Modifiers,
  value: ScalarValue,
  placeholders: Placeholders,
): Expression {
  const about = field === undefined ? {} : { field };
  if (value.value === null) return nullMatcher(about, modifiers, value);
  switch (modifiers.meaning) {
    case 'text':
      return textMatcher(about, modifiers, value, placeholders);
    case 're':
      return anyOf(expanded(value, modifiers, placeholders), (source) => regexMatcher(about, modifiers, source, value));
    case 'cidr':
      return anyOf(expanded(value, modifiers, placeholders), (network) => cidrMatcher(about, network, value));
    case 'exists':
      if (typeof value.value !== 'boolean') throw new RuleFault('exists takes true or false', value);
      return { ...about, type: 'exists', exists: value.value };
    case 'fieldref':
      return referenceMatcher(about, modifiers, value);
    default:
      return { ...about, type: 'compare', comparison: modifiers.meaning, value: numberOf(value, modifiers.meaning) };
  }
}

type About = Pick<Predicate, 'field'>;

function anyOf<Item>(items: readonly Item[], each: (item: Item) => Expression): Expression {
  const of = items.map(each);
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { type: 'or', of };
}

function nullMatcher(about: About, modifiers: Modifiers, value: ScalarValue): Expression {
  if (about.field === undefined) throw new RuleFault('a keyword must be a text', value);
  if (modifiers.meaning !== 'text' || modifiers.transforms.length > 0 || modifiers.expand) {
    throw new RuleFault('null takes no modifier', value);
  }
  return { ...about, type: 'null' };
}

function numberOf(value: ScalarValue, comparison: string): number {
  const number = typeof value.value === 'boolean' || value.text.trim() === '' ? Number.NaN : Number(value.value);
  if (!Number.isFinite(number)) throw new RuleFault(`${comparison} takes a number`, value);
  return number;
}

/** The text as written or, with `expand`, one text for each way to fill its placeholders. */
function expanded(value: ScalarValue, modifiers: Modifiers, placeholders: Placeholders): string[] {
  if (!modifiers.expand) return [value.text];
  const pieces = value.text.split(/(?<!\\)%(\w+)%/);
  let texts = [pieces[0] ?? ''];
  for (let i = 1; i < pieces.length; i += 2) {
    const name = pieces[i] ?? '';
    if (!Object.hasOwn(placeholders, name))
      throw new RuleFault(`no list is given for the placeholder %${name}%`, value);
    const fills = placeholders[name] ?? [];
    texts = limited(
      texts.flatMap((text) => fills.map((fill) => text + fill + (pieces[i + 1] ?? ''))),
      value,
    );
  }
  return texts.map((text) => text.replaceAll('\\%', '%'));
}

function limited<Item>(items: Item[], value: ScalarValue): Item[] {
  if (items.length > MAX_ALTERNATIVES) {
    throw new RuleFault(`this stands for more than ${MAX_ALTERNATIVES} texts`, value);
  }
  return items;
}

function regexMatcher(about: About, { flags }: Modifiers, source: string, value: ScalarValue): Expression {
  const fault = checkRegex(source);
  if (fault !== undefined) throw new RuleFault(`${fault.message}, at character ${fault.at + 1}`, value);
  return { ...about, type: 'regex', source, flags };
}

function cidrMatcher(about: About, network: string, value: ScalarValue): Expression {
  if (parseNetwork(network) === undefined) {
    throw new RuleFault(`${JSON.stringify(network.slice(0, 100))} is no network such as 10.0.0.0/8`, value);
  }
  return { ...about, type: 'cidr', network };
}

function referenceMatcher(about: About, { transforms, cased }: Modifiers, value: ScalarValue): Expression {
  if (about.field === undefined || typeof value.value !== 'string' || value.text === '') {
    throw new RuleFault('fieldref compares a field with the field it names', value);
  }
  const { line, column } = about.field;
  const other = { name: value.text, line, column };
  const [position = 'equals'] = transforms.filter((name): name is Exclude<Position, 'equals'> => name in WRAPPED);
  return { ...about, type: 'reference', other, position, cased };
}

function textMatcher(about: About, modifiers: Modifiers, value: ScalarValue, placeholders: Placeholders): Expression {
  const { cased, transforms } = modifiers;
  const isBareNumber = typeof value.value === 'number' && transforms.length === 0 && about.field !== undefined;
  if (isBareNumber) return { ...about, type: 'number', text: value.text };
  let forms: Encodable[] = expanded(value, modifiers, placeholders).map(parsePattern);
  for (const transform of transforms)
    forms = limited(
      forms.flatMap((form) => transformed(form, transform, value)),
      value,
    );
  return anyOf(forms, (form) => {
    const pattern = patternOrFault(form, value);
    const found = about.field === undefined ? anythingBefore(anythingBehind(pattern)) : pattern;
    return { ...about, type: 'text', pattern: found, cased };
  });
}

function patternOrFault(form: Encodable, value: ScalarValue): Pattern {
  const pattern = patternOf(form);
  if (pattern === undefined)
    throw new RuleFault('this is no text once encoded: base64 or base64offset must follow', value);
  return pattern;
}

const WRAPPED: Readonly<Record<Exclude<Position, 'equals'>, (pattern: Pattern) => Pattern>> = {
  contains: (pattern) => anythingBefore(anythingBehind(pattern)),
  startswith: anythingBehind,
  endswith: anythingBefore,
};

function transformed(form: Encodable, transform: Transform, value: ScalarValue): Encodable[] {
  switch (transform) {
    case 'contains':
    case 'startswith':
    case 'endswith':
      return [WRAPPED[transform](patternOrFault(form, value))];
    case 'windash':
      return withDashes(patternOrFault(form, value), value);
    case 'base64':
      return [[bytesOrFault(form, transform, value).toString('base64')]];
    case 'base64offset':
      return base64Offsets(bytesOrFault(form, transform, value)).map((text) => [text]);
    case 'utf16be':
      return [{ bytes: utf16(plainOrFault(form, transform, value), 'be', false) }];
    default:
      return [{ bytes: utf16(plainOrFault(form, transform, value), 'le', transform === 'utf16') }];
  }
}

function withDashes(pattern: Pattern, value: ScalarValue): Pattern[] {
  let forms: Pattern[] = [[]];
  for (const part of pattern) {
    const dashes = typeof part === 'string' ? part.split(/\B[-/]\b/).length - 1 : 0;
    if (dashes > 4) throw new RuleFault('windash takes at most four dashes', value);
    const writings: Pattern = typeof part === 'string' ? dashForms(part) : [part];
    forms = limited(
      forms.flatMap((form) => writings.map((writing) => [...form, writing])),
      value,
    );
  }
  return forms.map(joinPattern);
}

function bytesOrFault(form: Encodable, transform: Transform, value: ScalarValue): Buffer {
  const bytes = bytesOf(form);
  if (bytes === undefined) throw new RuleFault(`${transform} takes a text without wildcards`, value);
  if (bytes.length === 0) throw new RuleFault(`${transform} takes a text that is not empty`, value);
  return bytes;
}

function plainOrFault(form: Encodable, transform: Transform, value: ScalarValue): string {
  const text = plainText(patternOrFault(form, value));
  if (text === undefined) throw new RuleFault(`${transform} takes a text without wildcards`, value);
  return text;
}
