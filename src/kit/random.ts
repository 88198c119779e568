/** A reproducible stream of random numbers: the same seed gives the same numbers on every machine. Not for secrets. */
export interface Random {
  /** A fraction in [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  int(below: number): number;
  /** An integer in [low, high]. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  /** One of the items, each equally likely. Throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** A rank in [0, count): rank r is about 1/(r+1) as likely as rank 0, as popularity on the Internet is (Zipf's law). */
  zipf(count: number): number;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
}

const UINT32 = 2 ** 32;

export function seededRandom(seed: number | string): Random {
  const next = sfc32(seedWords(String(seed)));
  const int = (below: number) => Math.floor(next() * below);
  return {
    next,
    int,
    between: (low, high) => low + int(high - low + 1),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const index = int(items.length);
      if (!(index in items)) throw new RangeError('pick: the list is empty');
      return items[index] as (typeof items)[number];
    },
    // The distribution function of 1/x on [1, count + 1), inverted: constant time and no table.
    zipf: (count) => Math.min(count - 1, Math.floor((count + 1) ** next()) - 1),
    hex: (digits) => {
      let text = '';
      while (text.length < digits) text += int(UINT32).toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}

/** "Small fast counter" of PractRand, 32 bit: quick in JavaScript and of good quality. */
function sfc32([first, second, third, fourth]: [number, number, number, number]): () => number {
  let a = first;
  let b = second;
  let c = third;
  let counter = fourth;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / UINT32;
  };
  // The first numbers still show the seed.
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** Four words from a text by FNV-1a with four offsets, so that neighbouring seeds share nothing. */
function seedWords(text: string): [number, number, number, number] {
  const word = (offset: number) => {
    let hash = (0x811c9dc5 ^ offset) | 0;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return hash ^ (hash >>> 15);
  };
  return [word(0), word(0x9e3779b9), word(0x3c6ef372), 1];
}
