import { RuleFault } from './fault.ts';
import { unknownName } from './read.ts';
import type { Expression } from './rule.ts';

const MAX_LENGTH = 10_000;
const MAX_DEPTH = 100;

interface Token {
  readonly text: string;
  /** Characters from the start of the condition. */
  readonly at: number;
}

/**
 * Parses a condition: `selection and not 1 of filter_*`. `not` binds closest, then `and`, then `or`.
 *
 * @param selections what each name stands for
 * @param offset of the condition's first character in the file
 * @throws RuleFault
 */
export function parseCondition(text: string, selections: ReadonlyMap<string, Expression>, offset: number): Expression {
  return new ConditionParser(text, selections, offset).parse();
}

class ConditionParser {
  readonly #text: string;
  readonly #selections: ReadonlyMap<string, Expression>;
  readonly #offset: number;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string, selections: ReadonlyMap<string, Expression>, offset: number) {
    if (text.length > MAX_LENGTH) {
      throw new RuleFault(`the condition has more than ${MAX_LENGTH} characters`, { offset });
    }
    this.#text = text;
    this.#selections = selections;
    this.#offset = offset;
    this.#tokens = [...text.matchAll(/[()|]|[^\s()|]+/g)].map((match) => ({ text: match[0], at: match.index }));
  }

  parse(): Expression {
    const expression = this.#or();
    const rest = this.#peek();
    if (rest !== undefined) throw this.#fault(`unexpected ${JSON.stringify(rest.text)}`, rest);
    return expression;
  }

  #or(): Expression {
    return this.#chain('or', () => this.#chain('and', () => this.#not()));
  }

  #chain(word: 'and' | 'or', operand: () => Expression): Expression {
    const of = [operand()];
    while (this.#accept(word)) of.push(operand());
    return of.length === 1 && of[0] !== undefined ? of[0] : { type: word, of };
  }

  #not(): Expression {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#fault('the condition is nested too deep', this.#peek());
    const expression: Expression = this.#accept('not') ? { type: 'not', of: this.#not() } : this.#operand();
    this.#depth -= 1;
    return expression;
  }

  #operand(): Expression {
    if (this.#accept('(')) {
      const inner = this.#or();
      if (!this.#accept(')')) throw this.#fault('a parenthesis is not closed', this.#peek());
      return inner;
    }
    const token = this.#take('a selection');
    return this.#peek()?.text.toLowerCase() === 'of' && /^(\d+|any|all)$/i.test(token.text)
      ? this.#quantified(token)
      : this.#selection(token);
  }

  #quantified(quantifier: Token): Expression {
    this.#next += 1;
    const target = this.#take('a name or them');
    const of = this.#matching(target).map(([, expression]) => expression);
    if (of.length === 0) {
      throw this.#fault(`no selection is called ${JSON.stringify(target.text)}`, target);
    }
    const word = quantifier.text.toLowerCase();
    if (word === 'all') return { type: 'and', of };
    const count = word === 'any' ? 1 : Number(word);
    if (count < 1) throw this.#fault('the number before "of" must be 1 or more', quantifier);
    return count === 1 ? { type: 'or', of } : { type: 'atLeast', count, of };
  }

  /** Names that begin with an underscore are meant by what spells the underscore out, and by nothing else. */
  #matching(target: Token): [string, Expression][] {
    const named = (name: string) => target.text.startsWith('_') || !name.startsWith('_');
    if (target.text.toLowerCase() === 'them') return [...this.#selections].filter(([name]) => named(name));
    const parts = target.text.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.*')}$`);
    return [...this.#selections].filter(([name]) => named(name) && pattern.test(name));
  }

  #selection(token: Token): Expression {
    const expression = this.#selections.get(token.text);
    if (expression !== undefined) return expression;
    if (/^(and|or|not|of|\||\))$/i.test(token.text)) {
      throw this.#fault(`a selection is missing before ${JSON.stringify(token.text)}`, token);
    }
    throw this.#fault(unknownName('selection', token.text, this.#selections.keys()), token);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #accept(word: string): boolean {
    if (this.#peek()?.text.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #take(what: string): Token {
    const token = this.#peek();
    if (token === undefined) throw this.#fault(`the condition ends where ${what} is expected`, token);
    this.#next += 1;
    return token;
  }

  #fault(message: string, token: Token | undefined): RuleFault {
    return new RuleFault(message, { offset: this.#offset + (token?.at ?? this.#text.length) });
  }
}
