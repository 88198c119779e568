import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError, ErrorCode } from '../../model/errors.ts';
import type { Permission } from '../../model/scope.ts';
import { toAppError } from '../kit/to-app-error.ts';
import { scopeOf } from '../kit/umbrella/scopes.ts';
import { sendJson } from './send-json.ts';

/** Status of each way to fail (sections 2.5, 4.3, 9.4). */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  foreign_organization: 403,
  not_found: 404,
  no_route: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media: 415,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
};

/** Answers a fault with a sentence, which is all that this API says of one. */
export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toAppError(thrown, request.id);
  const status = STATUS[error.code];
  if (status >= 500) request.log.error({ err: error.cause ?? error, code: error.code }, error.message);
  else request.log.info({ code: error.code }, error.message);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  if (status === 401) reply.header('www-authenticate', 'Basic realm="belfry"');
  return sendJson(reply.code(status), { message: messageOf(error, request) });
}

function messageOf(error: AppError, request: FastifyRequest): string {
  if (error.code === 'unauthenticated') {
    // To the letter: clients compare these (section 2.4).
    return request.headers.authorization === undefined ? 'Unauthorized' : 'Invalid authentication credentials';
  }
  if (error.code === 'forbidden') return `the credential lacks the scope ${missingScope(error)}`;
  return error.public;
}

/** In the vendor's spelling; `requirePermission` names ours. */
function missingScope(error: AppError): string {
  const permission = error.faults[0]?.value ?? '';
  return scopeOf(permission as Permission) ?? permission;
}
