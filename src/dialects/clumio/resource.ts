import type { z } from 'zod';
import type { Permission } from '../../model/scope.ts';
import type { RouteMethod } from '../kit/mount-route.ts';
import type { Answer, Call } from './call.ts';

/** What has versions of its own, and what can be asked of it. A new one is a line in `routes/index.ts`. */
export interface Resource {
  /** As media types name it: `audit-trails`. */
  readonly name: string;
  /** Its versions are 1 to this. */
  readonly newest: number;
  readonly operations: readonly Operation[];
}

export interface Operation {
  /** The vendor's name, which links are keyed by: `list-audit-trails`. */
  readonly id: string;
  readonly method: RouteMethod;
  /** From the base URL, parameters in braces: `/tasks/{task_id}`. */
  readonly path: string;
  readonly permission: Permission;
  answer(call: Call): Promise<Answer>;
  readonly description: OperationDescription;
}

/** What the OpenAPI document says; requests are not read by these schemas. */
export interface OperationDescription {
  readonly summary: string;
  readonly tag: string;
  readonly query?: Readonly<Record<string, z.ZodType>>;
  readonly body?: z.ZodType;
  /** By status of success. */
  readonly answers: Readonly<Partial<Record<200 | 202, z.ZodType>>>;
}
