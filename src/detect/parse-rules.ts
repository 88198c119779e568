import { LineCounter, parseAllDocuments } from 'yaml';
import { asCorrelation, parseAggregation } from './aggregation.ts';
import { parseCondition } from './condition.ts';
import { parseCorrelation } from './correlation.ts';
import { parseDetails } from './details.ts';
import { parseSelections } from './detections.ts';
import { lineAndColumn, type MapValue, readDocument, type ScalarValue, type Value } from './document.ts';
import { RuleFault } from './fault.ts';
import type { Placeholders } from './matchers.ts';
import { entry, items, mapAt, textAt } from './read.ts';
import type { DetectionRule, EventRule, Expression, LogSource, RuleDetails, RuleProblem } from './rule.ts';

/** Of a rule file, in bytes; the largest of the public repository has 50,000. */
const MAX_BYTES = 2 ** 19;

export interface ParseOptions {
  /** Lists for `%name%` in values with the modifier `expand`. */
  readonly placeholders?: Placeholders;
  /** Of rules that name none. Rules of the public repository are under DRL 1.1. */
  readonly license?: string;
}

export interface ParsedRules {
  readonly rules: DetectionRule[];
  readonly problems: RuleProblem[];
}

/**
 * Reads the rules of one YAML file. Whatever the text is, it throws nothing: what is no sound rule is a located problem, one
 * for each document, and does not keep the others from being read.
 *
 * Correlations still refer to rules by id or name: see `resolveCorrelations`.
 */
export function parseRules(text: string, file: string, options: ParseOptions = {}): ParsedRules {
  if (text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES) {
    const message = `the file has ${Buffer.byteLength(text)} bytes, a rule file may have ${MAX_BYTES}`;
    return { rules: [], problems: [{ file, line: 1, column: 1, message }] };
  }
  try {
    return new RuleFile(text, file, options).parse();
  } catch (error) {
    // The YAML parser calls itself for every level of nesting.
    const message = error instanceof RangeError ? 'nested too deep' : `not readable: ${String(error).slice(0, 200)}`;
    return { rules: [], problems: [{ file, line: 1, column: 1, message }] };
  }
}

class RuleFile {
  readonly #text: string;
  readonly #file: string;
  readonly #options: ParseOptions;
  readonly #lines = new LineCounter();
  readonly #rules: DetectionRule[] = [];
  readonly #problems: RuleProblem[] = [];
  /** What an old `action: global` document gives to those behind it. */
  #shared: MapValue | undefined;

  constructor(text: string, file: string, options: ParseOptions) {
    this.#text = text;
    this.#file = file;
    this.#options = options;
  }

  parse(): ParsedRules {
    const options = { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const;
    const documents = parseAllDocuments(this.#text, options);
    for (const document of Array.isArray(documents) ? documents : []) {
      const [error] = document.errors;
      if (error !== undefined) this.#problem(`not YAML: ${error.message.slice(0, 200)}`, error.pos[0]);
      else if (document.contents !== null) this.#guarded(() => this.#document(document));
    }
    if (this.#rules.length === 0 && this.#problems.length === 0) this.#problem('no rule', 0);
    return { rules: this.#rules, problems: this.#problems };
  }

  #document(document: { contents: unknown; anchors?: unknown; range?: unknown }): void {
    const anchors = anchorsOf(document.contents);
    const value = readDocument(document.contents, { resolve: (name) => anchors.get(name) });
    if (value.type !== 'map') throw new RuleFault('a rule must hold keys and values', value);
    const action = textAt(value, 'action').toLowerCase();
    if (action === 'global') this.#shared = value;
    else if (action === 'reset') this.#shared = undefined;
    else this.#rule(this.#shared === undefined ? value : merged(this.#shared, value));
  }

  #rule(rule: MapValue): void {
    const line = lineAndColumn(this.#lines, rule.offset).line;
    const details = parseDetails(rule, this.#file, line, this.#options.license ?? '');
    const correlation = mapAt(rule, 'correlation');
    if (correlation !== undefined) {
      this.#rules.push(parseCorrelation(details, correlation, rule, this.#lines));
      return;
    }
    if (rule.entries.has('filter')) throw new RuleFault('filters for other rules are not supported', rule);
    this.#rules.push(...this.#eventRules(details, rule));
  }

  #eventRules(details: RuleDetails, rule: MapValue): DetectionRule[] {
    const detection = mapAt(rule, 'detection');
    if (detection === undefined) throw new RuleFault('not a Sigma rule: no detection and no correlation', rule);
    const reading = { lines: this.#lines, placeholders: this.#options.placeholders ?? {} };
    const selections = parseSelections(detection, reading);
    const conditions = entry(detection, 'condition')?.value;
    if (conditions === undefined) throw new RuleFault('no condition', detection);
    const parsed = items(conditions).map((condition) => this.#condition(condition, selections, detection));
    const logSource = parseLogSource(rule);
    const logSourcePlace = lineAndColumn(this.#lines, rule.entries.get('logsource')?.key.offset ?? rule.offset);
    const single = (condition: Expression): EventRule => ({
      ...details,
      type: 'event',
      logSource,
      logSourcePlace,
      condition,
      silent: false,
    });
    const [first] = parsed;
    if (first === undefined) throw new RuleFault('no condition', conditions);
    if (parsed.length === 1) {
      const { aggregation, expression } = first;
      return aggregation === undefined ? [single(expression)] : asCorrelation(single(expression), aggregation);
    }
    if (parsed.some(({ aggregation }) => aggregation !== undefined)) {
      throw new RuleFault('an aggregation must be the only condition', conditions);
    }
    return [single({ type: 'or', of: parsed.map(({ expression }) => expression) })];
  }

  #condition(condition: Value, selections: ReadonlyMap<string, Expression>, detection: MapValue) {
    if (condition.type !== 'scalar') throw new RuleFault('a condition must be a text', condition);
    const { text, pipe } = splitAtPipe(condition);
    const offset = this.#startOf(condition);
    const expression = parseCondition(text, selections, offset);
    const aggregation = pipe === undefined ? undefined : parseAggregation(pipe, condition, detection);
    return { expression, aggregation };
  }

  /** Where the text itself begins, behind a quote; close enough for texts over several lines. */
  #startOf({ offset }: ScalarValue): number {
    return /['"]/.test(this.#text.charAt(offset)) ? offset + 1 : offset;
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof RuleFault)) throw error;
      this.#problem(error.message, error.offset);
    }
  }

  #problem(message: string, offset: number): void {
    this.#problems.push({ file: this.#file, ...lineAndColumn(this.#lines, offset), message });
  }
}

function splitAtPipe({ text }: ScalarValue): { text: string; pipe?: string } {
  const at = text.indexOf('|');
  return at < 0 ? { text } : { text: text.slice(0, at), pipe: text.slice(at + 1) };
}

/** Nodes by the name of their anchor; of two the later one, as YAML has it for whatever follows. */
function anchorsOf(contents: unknown): Map<string, unknown> {
  const anchors = new Map<string, unknown>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { anchor, items: children, key, value } = node as Record<string, unknown>;
    if (typeof anchor === 'string') anchors.set(anchor, node);
    for (const child of Array.isArray(children) ? children : [key, value]) walk(child);
  };
  walk(contents);
  return anchors;
}

/** Keys of the later map win; maps under the same key are merged, as old multi-document rules expect. */
function merged(shared: MapValue, own: MapValue): MapValue {
  const entries = new Map(shared.entries);
  entries.delete('action');
  for (const [name, found] of own.entries) {
    const before = entries.get(name)?.value;
    const both = before?.type === 'map' && found.value.type === 'map';
    entries.set(name, both ? { key: found.key, value: merged(before, found.value) } : found);
  }
  return { ...own, entries };
}

function parseLogSource(rule: MapValue): LogSource {
  const section = mapAt(rule, 'logsource');
  if (section === undefined) throw new RuleFault('no logsource', rule);
  const names = ['category', 'product', 'service'] as const;
  const found = names.flatMap((name) => {
    const text = textAt(section, name).trim().toLowerCase();
    return text === '' ? [] : [[name, text] as const];
  });
  if (found.length === 0) throw new RuleFault('logsource names no category, product or service', section);
  return Object.fromEntries(found);
}
