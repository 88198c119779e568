import type { z } from 'zod';
import type { Permission } from '../../../model/scope.ts';
import type { Call } from '../call.ts';

/** One path below `/v1/organizations/{organizationId}`. */
export interface V1Route {
  readonly path: string;
  readonly permission: Permission;
  /** Documented parameters, by name. */
  readonly parameters: Readonly<Record<string, z.ZodType>>;
  readonly operationId: string;
  readonly tag: 'Reporting' | 'Console';
  readonly summary: string;
  /** Shape of the answer. */
  readonly schema: z.ZodType;
  readonly answer: (call: Call) => Promise<object>;
}
