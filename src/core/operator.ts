import { AppError } from '../model/errors.ts';
import type { Caller } from './caller.ts';

/** For what concerns the installation as a whole. @throws AppError `forbidden` */
export function requireOperator(caller: Caller): void {
  if (caller.root === null && caller.permissions.has('administer')) return;
  throw new AppError('forbidden', { public: 'only the operator of this server may do this' });
}
