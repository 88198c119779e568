import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../../model/errors.ts';
import { toAppError } from '../to-app-error.ts';

/** Status and error code of each way to fail (RFC 6749, section 5.2; RFC 7009, section 2.2.1). */
const ANSWERS: Readonly<Record<ErrorCode, readonly [status: number, error: string]>> = {
  bad_request: [400, 'invalid_request'],
  unauthenticated: [401, 'invalid_client'],
  forbidden: [400, 'invalid_grant'],
  foreign_organization: [400, 'invalid_grant'],
  not_found: [404, 'invalid_request'],
  no_route: [404, 'invalid_request'],
  method_not_allowed: [405, 'invalid_request'],
  conflict: [409, 'invalid_request'],
  precondition_failed: [412, 'invalid_request'],
  request_timeout: [408, 'invalid_request'],
  too_large: [413, 'invalid_request'],
  unsupported_media: [415, 'invalid_request'],
  rate_limited: [429, 'temporarily_unavailable'],
  unavailable: [503, 'temporarily_unavailable'],
  internal: [500, 'server_error'],
};

/** Answers a fault of the endpoints for revocation and introspection. */
export function replyWithOAuthError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fault = toAppError(thrown, request.id);
  const [status, error] = ANSWERS[fault.code];
  if (status >= 500) request.log.error({ err: fault.cause ?? fault, code: fault.code }, fault.message);
  else request.log.info({ code: fault.code }, fault.message);
  if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds));
  if (status === 401) reply.header('www-authenticate', 'Basic realm="belfry"');
  return neverStored(reply)
    .code(status)
    .type('application/json')
    .send(JSON.stringify({ error, error_description: fault.public }));
}

/** Answers about tokens must not be cached (RFC 6749, section 5.1). */
export function neverStored(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
}
