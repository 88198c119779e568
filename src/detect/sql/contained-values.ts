import { sqlText } from '../../kit/sql-literals.ts';

/** Between texts of a list. A value that holds it is looked for by itself. */
const SEPARATOR = '\n';
/** Longer n-grams tell little more, and take more memory. */
const LONGEST_GRAM = 8;
const SHORTEST_COMMON_GRAM = 4;
/** Places of a value that are looked at for an n-gram which few others have. */
const PLACES = 4;

/**
 * SQL for whether a text contains one of many values, byte for byte.
 *
 * Each value stands under one n-gram of its own, one that few of the others have. The n-grams of the text are looked up, and
 * only the values found under them are searched for. `multiSearchAny` over thousands of values that resemble each other, as
 * domains do, takes half a second for a single row, and minutes for some hundred thousand.
 */
export function containsOneOf(text: string, values: readonly string[]): string {
  const [single, listed] = [values.filter(holdsSeparator), values.filter((value) => !holdsSeparator(value))];
  const tests = single.map((value) => `position(${text}, ${sqlText(value)}) > 0`);
  for (const [length, some] of byGramLength(listed)) tests.push(gramTest(text, length, underGrams(some, length)));
  return tests.length === 1 ? (tests[0] ?? '0') : `(${tests.join(' OR ')})`;
}

const holdsSeparator = (value: string) => value.includes(SEPARATOR);

/** Short values, which have short n-grams, must not take the others' long ones away. */
function byGramLength(values: readonly string[]): Map<number, string[][]> {
  const lengths = new Map<number, string[][]>();
  for (const value of values) {
    const letters = [...value];
    const length = gramLength(letters.length);
    const some = lengths.get(length) ?? [];
    lengths.set(length, some);
    some.push(letters);
  }
  return lengths;
}

function gramLength(letters: number): number {
  if (letters >= LONGEST_GRAM) return LONGEST_GRAM;
  return Math.min(letters, SHORTEST_COMMON_GRAM);
}

/** Values by the n-gram they stand under. */
function underGrams(values: readonly string[][], length: number): Map<string, string[]> {
  const grams = values.map((letters) => gramsOf(letters, length));
  const uses = new Map<string, number>();
  for (const gram of grams.flat()) uses.set(gram, (uses.get(gram) ?? 0) + 1);
  const under = new Map<string, string[]>();
  for (const [index, letters] of values.entries()) {
    const [first = '', ...others] = grams[index] ?? [];
    const rarest = others.reduce((best, gram) => ((uses.get(gram) ?? 0) < (uses.get(best) ?? 0) ? gram : best), first);
    const some = under.get(rarest) ?? [];
    under.set(rarest, some);
    some.push(letters.join(''));
  }
  return under;
}

/** N-grams from places spread evenly over a value. */
function gramsOf(letters: readonly string[], length: number): string[] {
  const last = letters.length - length;
  const places = Math.min(PLACES, last + 1);
  const starts = Array.from({ length: places }, (_, place) =>
    places === 1 ? 0 : Math.round((place * last) / (places - 1)),
  );
  return starts.map((start) => letters.slice(start, start + length).join(''));
}

/** What is no UTF-8 is replaced before the text is cut into letters; otherwise it could take the letters behind it along. */
function gramTest(text: string, length: number, under: ReadonlyMap<string, readonly string[]>): string {
  const grams = splitText([...under.keys()], SEPARATOR);
  const values = splitText(
    [...under.values()].map((some) => some.join(SEPARATOR)),
    SEPARATOR.repeat(2),
  );
  const found = `arrayDistinct(arrayMap(gram -> transform(gram, ${grams}, ${values}, ''), ngrams(toValidUTF8(${text}), ${length})))`;
  const sought = `splitByString(${sqlText(SEPARATOR)}, arrayStringConcat(${found}, ${sqlText(SEPARATOR)}))`;
  return `arrayExists(sought -> sought != '' AND position(${text}, sought) > 0, ${sought})`;
}

/**
 * A list, written as one text in a subquery of its own: thousands of literals take the engine long to read, and it writes a constant out
 * in the name of every expression around it.
 */
function splitText(texts: readonly string[], separator: string): string {
  return `(SELECT splitByString(${sqlText(separator)}, ${sqlText(texts.join(separator))}))`;
}
