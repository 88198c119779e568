import type { Context } from '../../core/context.ts';
import { AppError, badInput } from '../../model/errors.ts';
import type { EventKind } from '../../model/event.ts';
import type { EventFilter, EventQuery, Order, TimeRange } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { BucketStep } from '../../model/traffic.ts';
import type { RawQuery } from '../kit/raw-query.ts';
import {
  PARAMETERS,
  type ParameterCode,
  readFlag,
  readOrder,
  readStep,
  readTraffic,
  TRAFFIC_WORDS,
} from './parameters.ts';
import { type Clock, clockIn, parseTime, parseTimezone } from './time.ts';

/** One permitted request, as handlers see it. */
export interface Call {
  readonly context: Context;
  readonly scope: Scope;
  /** Path below the prefix, as in the route table; part of what a cursor is bound to. */
  readonly endpoint: string;
  readonly query: RawQuery;
  /** Last segment of `/identities/{identityid}` and its like. */
  readonly pathId: string;
  readonly body: unknown;
  /** Kinds the endpoint is about, before `x-traffic-type` narrows them. */
  readonly kinds: readonly EventKind[];
  /** True where the path names the kind: `x-traffic-type` then has no say. */
  readonly typed: boolean;
  /** `now`, once for the whole request. */
  readonly nowMs: number;
  readonly settings: CallSettings;
}

export interface CallSettings {
  readonly offsetCeiling: number;
  readonly noisyDomains: readonly string[];
  readonly cursorKey: Uint8Array;
}

/** What came for a parameter, or undefined. */
export function textsOf(call: Call, code: ParameterCode): readonly string[] | undefined {
  const { name } = PARAMETERS[code];
  const texts = call.query.get(name.toLowerCase());
  for (const text of texts ?? []) {
    if (text.includes('\0')) throw badInput(name, text, `invalid value for ${name}: holds a NUL character`);
  }
  return texts;
}

/** The last value that came for a parameter. */
export function textOf(call: Call, code: ParameterCode): string | undefined {
  return textsOf(call, code)?.at(-1);
}

/** Time range and filter of an endpoint over events. */
export function questionOf(call: Call): EventQuery {
  return { range: rangeOf(call), filter: filterOf(call) };
}

export function rangeOf(call: Call): TimeRange {
  const from = textOf(call, 'F');
  const to = textOf(call, 'T');
  if (from === undefined || to === undefined) throw missing({ from, to });
  const range = { fromMs: parseTime('from', from, call.nowMs), toMs: parseTime('to', to, call.nowMs) };
  if (range.fromMs > range.toMs) throw badInput('from', from, 'invalid value for from: later than to');
  return range;
}

function missing(values: Readonly<Record<string, string | undefined>>): AppError {
  const absent = Object.keys(values).filter((name) => values[name] === undefined);
  return new AppError('bad_request', {
    public: `missing required parameter ${absent.join(', ')}`,
    faults: absent.map((where) => ({ where, message: `missing required parameter ${where}` })),
  });
}

/** Every documented filter works on every endpoint over events, listed there or not (section 6). */
export function filterOf(call: Call): EventFilter {
  let filter: EventFilter = { kinds: kindsOf(call) };
  for (const [code, parameter] of Object.entries(PARAMETERS)) {
    const texts = textsOf(call, code as ParameterCode);
    if (texts !== undefined && parameter.filter !== undefined) filter = both(filter, parameter.filter(texts));
  }
  const quiet = textsOf(call, 'N');
  const { noisyDomains } = call.settings;
  const withoutNoise = quiet !== undefined && readFlag(quiet, PARAMETERS.N.name) && noisyDomains.length > 0;
  return withoutNoise ? { ...filter, withoutDomains: noisyDomains } : filter;
}

/** Two parameters speak of verdicts; an event must satisfy both. */
function both(filter: EventFilter, more: EventFilter): EventFilter {
  const { verdicts } = filter;
  if (verdicts === undefined || more.verdicts === undefined) return { ...filter, ...more };
  return { ...filter, verdicts: verdicts.filter((verdict) => more.verdicts?.includes(verdict)) };
}

function kindsOf(call: Call): readonly EventKind[] {
  const texts = textsOf(call, 'XT');
  if (texts === undefined || call.typed) return call.kinds;
  const words = readTraffic(texts, PARAMETERS.XT.name);
  if (words.includes('all')) return call.kinds;
  const wanted = words.map((word) => (word === 'all' ? undefined : TRAFFIC_WORDS[word]));
  return call.kinds.filter((kind) => wanted.some((word) => word === kind));
}

export function orderOf(call: Call): Order {
  const texts = textsOf(call, 'OR');
  return (texts && readOrder(texts, PARAMETERS.OR.name).at(-1)) ?? 'desc';
}

export function stepOf(call: Call): BucketStep {
  const texts = textsOf(call, 'TR');
  return (texts && readStep(texts, PARAMETERS.TR.name).at(-1)) ?? 'hour';
}

/** The IANA name of the zone that `timezone` asks for. */
export function timezoneOf(call: Call): string {
  const text = textOf(call, 'TZ');
  return text === undefined ? 'UTC' : parseTimezone(PARAMETERS.TZ.name, text);
}

export function clockOf(call: Call): Clock {
  return clockIn(timezoneOf(call));
}
