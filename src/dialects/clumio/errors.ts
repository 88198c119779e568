import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError, ErrorCode } from '../../model/errors.ts';
import { challengeBearer } from '../kit/oauth/challenge.ts';
import { toAppError } from '../kit/to-app-error.ts';
import { MISSING_TOKEN } from './auth.ts';

interface Answer {
  readonly status: number;
  /** Numbers 111 and 359 are the vendor's; the others are ours, and stay what they are. */
  readonly code: number;
  /** Said whatever the fault was, where the caller must not learn more. */
  readonly message?: string;
}

/** Status and number of each way to fail (section 6.6). */
const ANSWERS: Readonly<Record<ErrorCode, Answer>> = {
  bad_request: { status: 400, code: 111 },
  unauthenticated: { status: 401, code: 1001, message: 'The authentication token is not valid' },
  forbidden: { status: 403, code: 1003 },
  foreign_organization: { status: 403, code: 1003, message: 'The organizational unit is not one of this token’s' },
  not_found: { status: 404, code: 1004 },
  no_route: { status: 404, code: 1004, message: 'There is nothing at this path' },
  method_not_allowed: { status: 405, code: 1005 },
  request_timeout: { status: 408, code: 1008 },
  conflict: { status: 409, code: 1009 },
  precondition_failed: { status: 412, code: 1012 },
  too_large: { status: 413, code: 1013 },
  unsupported_media: { status: 415, code: 1015 },
  rate_limited: { status: 429, code: 1029 },
  internal: { status: 500, code: 1050 },
  unavailable: { status: 503, code: 1053 },
};

const NO_TOKEN: Answer = { status: 401, code: 359, message: MISSING_TOKEN };

/** Answers a fault as the vendor does; always with a body, since clients parse every one (section 1.2). */
export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toAppError(thrown, request.id);
  const answer = error.public === MISSING_TOKEN ? NO_TOKEN : ANSWERS[error.code];
  if (answer.status >= 500) request.log.error({ err: error.cause ?? error, code: error.code }, error.message);
  else request.log.info({ code: error.code }, error.message);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  // Roles stand for scopes here, and have no names that a client could ask for.
  challengeBearer(request, reply, { error, realm: 'belfry' });
  return reply
    .code(answer.status)
    .type('application/json')
    .send(faultBody(answer.code, messagesOf(error, answer)));
}

/** The body of every fault. */
export function faultBody(code: number, messages: readonly string[]): string {
  return JSON.stringify({ errors: messages.map((message) => ({ error_code: code, error_message: message })) });
}

function messagesOf(error: AppError, answer: Answer): readonly string[] {
  if (answer.message !== undefined) return [answer.message];
  if (error.code !== 'bad_request' || error.faults.length === 0) return [error.public];
  return error.faults.map(({ where, message }) => (message.includes(where) ? message : `${where}: ${message}`));
}
