/** Counts from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a rule, and where. */
export interface RuleProblem extends TextPlace {
  readonly file: string;
  readonly message: string;
}

export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

export const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
export type Status = (typeof STATUSES)[number];

/** Which logs a rule is about. Lower case, as all comparisons of them are. */
export interface LogSource {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
}

export interface RelatedRule {
  readonly id: string;
  readonly type: string;
}

/** What a rule says about itself, whatever it detects. Absent texts are ''. */
export interface RuleDetails {
  readonly file: string;
  /** Line on which the rule's document begins. */
  readonly line: number;
  /** The rule's own, or derived from file and title where it has none: stable as long as these are. */
  readonly id: string;
  /** Name by which correlations may refer to the rule. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly status: Status;
  readonly level: Level;
  readonly author: string;
  readonly license: string;
  /** As written: `2022-10-05`, `2022/10/05`. */
  readonly date: string;
  readonly modified: string;
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  /** Fields that somebody who looks at a match wants to see. */
  readonly fields: readonly string[];
  readonly tags: readonly string[];
  /** Technique ids such as `T1071.004`. */
  readonly attackTechniques: readonly string[];
  /** Tactic names such as `command-and-control`. */
  readonly attackTactics: readonly string[];
  readonly related: readonly RelatedRule[];
  readonly alarm: AlarmHints;
}

/** Our extension, under the key `belfry`: how an alarm of this rule is to look. */
export interface AlarmHints {
  readonly intent?: string;
  readonly strategy?: string;
  readonly method?: string;
  /** 0 to 100. */
  readonly priority?: number;
  /** How long an alarm takes in further matches. */
  readonly muteMs?: number;
  /** Sigma names of the fields that tell alarms of this rule apart; empty: the client address. */
  readonly groupBy: readonly string[];
}

/** A rule about single events. */
export interface EventRule extends RuleDetails {
  readonly type: 'event';
  readonly logSource: LogSource;
  readonly logSourcePlace: TextPlace;
  readonly condition: Expression;
  /** Feeds correlations only and raises no alarms of its own. Set where correlations are resolved. */
  readonly silent: boolean;
}

export const CORRELATION_TYPES = ['event_count', 'value_count', 'temporal', 'temporal_ordered'] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

export const COMPARISONS = ['gt', 'gte', 'lt', 'lte', 'eq'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** A rule about several events within a time span. */
export interface CorrelationRule extends RuleDetails {
  readonly type: 'correlation';
  readonly correlation: CorrelationType;
  /** Ids or names, in the order written. */
  readonly rules: readonly RuleReference[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  readonly comparison: Comparison;
  readonly count: number;
  /** `value_count`: the fields whose different values count; otherwise empty. */
  readonly valueFields: readonly string[];
  /** Alias → reference → field of that rule. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether the rules referred to raise alarms too. */
  readonly generate: boolean;
  readonly silent: boolean;
}

export interface RuleReference extends TextPlace {
  readonly reference: string;
}

export type DetectionRule = EventRule | CorrelationRule;

/** What must hold of an event. An empty `and` always holds, an empty `or` never. */
export type Expression =
  | { readonly type: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly type: 'not'; readonly of: Expression }
  | { readonly type: 'atLeast'; readonly count: number; readonly of: readonly Expression[] }
  | Predicate;

/** Any number of characters, or exactly one. */
export interface Wildcard {
  readonly wildcard: '*' | '?';
}

/** Text with wildcards in it. Texts are not empty and do not stand side by side; the empty pattern is the empty text. */
export type Pattern = readonly (string | Wildcard)[];

export type Position = 'equals' | 'startswith' | 'endswith' | 'contains';

/**
 * One statement about one field. Without a field it is a keyword, looked for in the whole record. Of a field with several
 * values it holds when it holds of one of them. Where the field is absent, all are false but `null`, `exists: false` and the
 * empty pattern: stores of events keep no empty texts apart from absent ones.
 */
export type Predicate = { readonly field?: FieldName } & (
  | { readonly type: 'text'; readonly pattern: Pattern; readonly cased: boolean }
  | { readonly type: 'regex'; readonly source: string; readonly flags: string }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'compare'; readonly comparison: Comparison; readonly value: number }
  | { readonly type: 'cidr'; readonly network: string }
  | { readonly type: 'exists'; readonly exists: boolean }
  | { readonly type: 'null' }
  | { readonly type: 'reference'; readonly other: FieldName; readonly position: Position; readonly cased: boolean }
);

/** A field as the rule names it, and where. */
export interface FieldName extends TextPlace {
  readonly name: string;
}
