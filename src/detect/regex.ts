/**
 * Checks that a regular expression is one that RE2 takes, which the event store uses: it is linear, and so knows neither
 * lookarounds nor backreferences. What this refuses, RE2 may take in rare cases; what this passes, RE2 must take.
 */

const MAX_LENGTH = 2000;
/** RE2's own limit for the numbers of one repetition, nested ones multiplied. */
const MAX_REPEAT = 1000;
/** Counted in single characters once repetitions are unrolled; far below RE2's memory limit. */
const MAX_SIZE = 20_000;
const MAX_DEPTH = 50;

/** A fault and where it stands, counted in characters from the start of the expression. */
export interface RegexFault {
  readonly message: string;
  readonly at: number;
}

export function checkRegex(source: string): RegexFault | undefined {
  if (source.length > MAX_LENGTH) return { message: `the expression has more than ${MAX_LENGTH} characters`, at: 0 };
  const checker = new RegexChecker(source);
  try {
    checker.check();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxFault) return { message: error.message, at: error.at };
    throw error;
  }
}

class SyntaxFault extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** How large a piece is, and how often it repeats at most. */
interface Extent {
  readonly size: number;
  readonly repeat: number;
}

const POSIX_CLASS = /^\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/;
const ESCAPE =
  /^\\(?:[dDsSwWbBAzaftnrvC]|x[0-9a-fA-F]{2}|x\{(?:10|0?[0-9a-fA-F])?[0-9a-fA-F]{1,4}\}|0[0-7]{0,2}|[^\p{L}\p{N}])/u;
const PROPERTY =
  /^\\[pP](?:[LMNPSZC]|\{\^?(?:L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|C[cfo]?|Latin|Greek|Cyrillic|Han|Arabic|Hebrew)\})/;

class RegexChecker {
  readonly #source: string;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  check(): void {
    this.#alternatives();
    if (this.#at < this.#source.length) throw this.#fault('a parenthesis is closed that was not opened');
  }

  #alternatives(): Extent {
    let size = 0;
    let repeat = 1;
    do {
      const extent = this.#sequence();
      size += extent.size;
      repeat = Math.max(repeat, extent.repeat);
    } while (this.#accept('|'));
    return { size, repeat };
  }

  #sequence(): Extent {
    let size = 1;
    let repeat = 1;
    while (this.#at < this.#source.length && !'|)'.includes(this.#character())) {
      const extent = this.#repeated(this.#atom());
      size += extent.size;
      repeat = Math.max(repeat, extent.repeat);
      if (size > MAX_SIZE) throw this.#fault('the expression is too large once its repetitions are written out');
    }
    return { size, repeat };
  }

  #repeated(atom: Extent): Extent {
    const operator = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(this.#rest());
    if (operator === null) return atom;
    const [all, from, comma, to] = operator;
    this.#at += all.length;
    if (this.#accept('?') === false && this.#character() === '+') {
      throw this.#fault('a possessive repetition is not supported');
    }
    if (/^(?:[*+?]|\{\d+(?:,\d*)?\})/.test(this.#rest())) throw this.#fault('a repetition of a repetition');
    if (from === undefined) return { size: atom.size + 1, repeat: atom.repeat };
    const most = comma !== undefined && to !== '' ? Number(to) : Number(from);
    if (most < Number(from)) throw this.#fault('a repetition whose end is before its start');
    const repeat = Math.max(1, most) * atom.repeat;
    if (repeat > MAX_REPEAT) throw this.#fault(`a repetition of more than ${MAX_REPEAT} times`);
    return { size: atom.size * Math.max(1, most) + 1, repeat };
  }

  #atom(): Extent {
    const character = this.#character();
    if (character === '(') return this.#group();
    if (character === '[') return this.#characterClass();
    if (character === '\\') return this.#escape();
    if ('*+?'.includes(character)) throw this.#fault('a repetition of nothing');
    if (/^\{\d+(?:,\d*)?\}/.test(this.#rest())) throw this.#fault('a repetition of nothing');
    this.#at += character.length;
    return { size: character === '.' ? 10 : 1, repeat: 1 };
  }

  #group(): Extent {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#fault(`nested more than ${MAX_DEPTH} levels deep`);
    const rest = this.#rest();
    if (/^\(\?<?[=!]/.test(rest)) throw this.#fault('lookahead and lookbehind are not supported');
    const opening = /^\((?:\?(?:P?<[A-Za-z_]\w*>|[imsU]+(?:-[imsU]+)?:|-[imsU]+:|:))?/.exec(rest)?.[0] ?? '(';
    const flags = /^\(\?(?:[imsU]+(?:-[imsU]+)?|-[imsU]+)\)/.exec(rest)?.[0];
    if (flags !== undefined) {
      this.#at += flags.length;
      this.#depth -= 1;
      // A repetition must not follow: RE2 takes the flags for nothing.
      if (/^(?:[*+?]|\{\d)/.test(this.#rest())) throw this.#fault('a repetition of nothing');
      return { size: 0, repeat: 1 };
    }
    if (opening === '(' && rest.startsWith('(?')) throw this.#fault('this kind of group is not supported');
    this.#at += opening.length;
    const inner = this.#alternatives();
    if (!this.#accept(')')) throw this.#fault('a parenthesis is not closed');
    this.#depth -= 1;
    return { size: inner.size + 2, repeat: inner.repeat };
  }

  #escape(): Extent {
    const rest = this.#rest();
    const property = PROPERTY.exec(rest)?.[0];
    const found = property ?? ESCAPE.exec(rest)?.[0];
    if (found === undefined) {
      if (/^\\(?:[1-9]|k[<{'])/.test(rest)) throw this.#fault('backreferences are not supported');
      throw this.#fault(`${JSON.stringify(rest.slice(0, 2))} is not supported`);
    }
    this.#at += found.length;
    return { size: property === undefined ? 2 : 500, repeat: 1 };
  }

  #characterClass(): Extent {
    const start = this.#at;
    this.#at += this.#rest().startsWith('[^') ? 2 : 1;
    let size = 10;
    for (let first = true; first || this.#character() !== ']'; first = false) {
      if (this.#at >= this.#source.length) throw new SyntaxFault('a bracket is not closed', start);
      const low = this.#member();
      size += low === undefined ? 500 : 1;
      if (this.#character() !== '-' || /^-(?:\]|$)/.test(this.#rest())) continue;
      this.#at += 1;
      const high = this.#member();
      if (low === undefined || high === undefined || high < low) throw this.#fault('a range that is none');
    }
    this.#at += 1;
    return { size, repeat: 1 };
  }

  /** One member of a class: its code, or undefined for a set of characters. */
  #member(): number | undefined {
    const rest = this.#rest();
    const named = POSIX_CLASS.exec(rest)?.[0] ?? PROPERTY.exec(rest)?.[0] ?? /^\\[dDsSwW]/.exec(rest)?.[0];
    if (named !== undefined) {
      this.#at += named.length;
      return undefined;
    }
    if (rest.startsWith('[:')) throw this.#fault('an unknown class of characters');
    if (!rest.startsWith('\\')) {
      const character = this.#character();
      this.#at += character.length;
      return character.codePointAt(0) ?? 0;
    }
    if (/^\\[bBAzC]/.test(rest)) throw this.#fault(`${JSON.stringify(rest.slice(0, 2))} is not supported in brackets`);
    const start = this.#at;
    this.#escape();
    return codeOfEscape(this.#source.slice(start, this.#at));
  }

  #character(): string {
    const code = this.#source.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #rest(): string {
    return this.#source.slice(this.#at, this.#at + 64);
  }

  #accept(character: string): boolean {
    if (this.#character() !== character) return false;
    this.#at += 1;
    return true;
  }

  #fault(message: string): SyntaxFault {
    return new SyntaxFault(message, this.#at);
  }
}

const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

function codeOfEscape(text: string): number {
  const body = text.slice(1);
  if (body.startsWith('x')) return Number.parseInt(body.replaceAll(/[x{}]/g, ''), 16);
  if (/^[0-7]/.test(body)) return Number.parseInt(body, 8);
  return CONTROL[body] ?? body.codePointAt(0) ?? 0;
}
