import type { z } from 'zod';
import type { EventKind } from '../../../model/event.ts';
import type { Permission } from '../../../model/scope.ts';
import type { Call } from '../call.ts';
import type { ParameterCode, TrafficWord } from '../parameters.ts';

/** What goes into the envelope. */
export interface Answer {
  /** Where there is no envelope, the whole body; a string is then sent as plain text. */
  readonly data: unknown;
  /** Empty for the vendor's own answers. */
  readonly meta?: { readonly cursor: string };
}

/** One row of the matrix of section 6, or of the table of section 8. */
export interface ReportRoute {
  /** Path below a prefix; `:id` in it is what handlers read as `pathId`. */
  readonly path: string;
  readonly method?: 'POST';
  /** Kinds that the path may name at its end; those it knows elsewhere match nothing here. */
  readonly types?: readonly TrafficWord[];
  /** Documented parameters. Filters work beyond them. */
  readonly parameters: readonly ParameterCode[];
  readonly permission: Permission;
  /** Traffic it speaks of when the path names none. */
  readonly kinds?: readonly EventKind[];
  /** Of a POST, for the document. */
  readonly body?: z.ZodType;
  /** What `data` is. */
  readonly data: z.ZodType;
  /** Three answers of section 8 have none: the body is `data`. */
  readonly envelope?: false;
  /** Answers may be plain text as well. */
  readonly plainText?: true;
  /** For the OpenAPI document. */
  readonly summary: string;
  /** Where the name made of path and method would not do. */
  readonly operationId?: string;
  readonly answer: (call: Call) => Promise<Answer>;
}
