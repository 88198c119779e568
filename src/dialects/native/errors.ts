import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode, Fault } from '../../model/errors.ts';
import { challengeBearer } from '../kit/oauth/challenge.ts';
import { toAppError } from '../kit/to-app-error.ts';

/** Status of each way to fail, and the code callers read where it must not tell more. */
const ANSWERS: Readonly<Record<ErrorCode, { readonly status: number; readonly code?: ErrorCode }>> = {
  bad_request: { status: 400 },
  unauthenticated: { status: 401 },
  forbidden: { status: 403 },
  foreign_organization: { status: 404, code: 'not_found' },
  not_found: { status: 404 },
  no_route: { status: 404 },
  method_not_allowed: { status: 405 },
  request_timeout: { status: 408 },
  conflict: { status: 409 },
  precondition_failed: { status: 412 },
  too_large: { status: 413 },
  unsupported_media: { status: 415 },
  rate_limited: { status: 429 },
  unavailable: { status: 503 },
  internal: { status: 500 },
};

/** What every failed request answers. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    /** A sentence for people. */
    readonly message: string;
    /** Which inputs were wrong, where that is what failed. */
    readonly faults: readonly Fault[];
    /** Finds the request in the server's log. */
    readonly requestId: string;
  };
}

export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toAppError(thrown, request.id);
  const { status, code = error.code } = ANSWERS[error.code];
  if (status >= 500) request.log.error({ err: error.cause ?? error, code: error.code }, error.message);
  else request.log.info({ code: error.code }, error.message);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  // No Basic challenge: a browser that remembers a password would send it with requests other pages make.
  challengeBearer(request, reply, { error, realm: 'belfry', scope: error.faults[0]?.value });
  const body: ErrorBody = {
    error: { code, message: error.public, faults: error.faults, requestId: request.id },
  };
  return reply.code(status).send(body);
}
