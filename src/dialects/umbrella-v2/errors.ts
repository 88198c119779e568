import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError, ErrorCode, Fault } from '../../model/errors.ts';
import type { Permission } from '../../model/scope.ts';
import { challengeBearer } from '../kit/oauth/challenge.ts';
import { toAppError } from '../kit/to-app-error.ts';
import { scopeOf } from '../kit/umbrella/scopes.ts';
import { sendJson } from './send-json.ts';

interface Answer {
  readonly status: number;
  /** The reason phrase. */
  readonly reason: string;
  /** Text of `data.error` where the vendor has one of its own, or where ours must not depend on the fault. */
  readonly error?: string;
  /** Parameter that `data.errors` names where the error names none. */
  readonly param?: string;
  /** Text of `message` where it is not the reason phrase. */
  readonly message?: string;
}

/** Status and words for each way to fail (sections 2.5, 4.2, 4.3). */
const ANSWERS: Readonly<Record<ErrorCode, Answer>> = {
  bad_request: { status: 400, reason: 'Bad Request' },
  unauthenticated: { status: 401, reason: 'Unauthorized', error: 'unauthorized', param: 'authorization' },
  forbidden: { status: 403, reason: 'Forbidden', param: 'scope' },
  foreign_organization: { status: 403, reason: 'Forbidden', error: 'invalid organization', param: 'organizationId' },
  not_found: { status: 404, reason: 'Not Found' },
  no_route: { status: 404, reason: 'Not Found', error: 'no Route matched with those values', param: 'path' },
  method_not_allowed: { status: 405, reason: 'Method Not Allowed', param: 'method' },
  request_timeout: { status: 408, reason: 'Request Timeout', param: 'body' },
  conflict: { status: 409, reason: 'Conflict' },
  precondition_failed: { status: 412, reason: 'Precondition Failed' },
  too_large: { status: 413, reason: 'Payload Too Large', param: 'body' },
  unsupported_media: { status: 415, reason: 'Unsupported Media Type', param: 'content-type' },
  rate_limited: { status: 429, reason: 'Too Many Requests', message: 'API rate limit exceeded' },
  unavailable: { status: 503, reason: 'Service Unavailable' },
  internal: { status: 500, reason: 'Internal Server Error' },
};

/** Answers a fault with the union of all bodies that clients of this API read (section 4.2). */
export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toAppError(thrown, request.id);
  const answer = ANSWERS[error.code];
  logFault(request, error, answer.status);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  challengeBearer(request, reply, { error, realm: 'belfry', scope: scopeNamed(error) });
  const body = errorBody(error, answer);
  return sendJson(reply.code(answer.status), { ...body, ...customerMembers(request, error, body) });
}

type ErrorBody = ReturnType<typeof errorBody>;

/** Consoles and reports about customers have words of their own for two statuses (section 4.2). */
function customerMembers(request: FastifyRequest, error: AppError, { data }: ErrorBody): object {
  if (!/\/providers\/(.*\/)?(consoles$|customers\/)/.test(request.routeOptions.url ?? '')) return {};
  if (error.code === 'internal') return { txId: request.id };
  if (error.code !== 'bad_request') return {};
  const validationErrors = Object.fromEntries(data.errors.map((fault) => [fault.param, fault.error]));
  return { error: 'Validation Error', validationErrors };
}

function errorBody(error: AppError, answer: Answer) {
  const errors = faultsOf(error, answer).map(({ where, value = '', message }) => ({
    param: where,
    value,
    error: answer.error ?? message,
  }));
  const missing = error.code === 'bad_request' ? error.faults.filter((fault) => fault.value === undefined) : [];
  const text = answer.error ?? errors[0]?.error ?? error.public;
  return {
    meta: {},
    data: {
      error: text,
      errors,
      ...(missing.length > 0 && { requiredParameters: missing.map((fault) => fault.where) }),
    },
    message: answer.message ?? answer.reason,
    code: answer.status,
    statusCode: answer.status,
    error: answer.reason,
  };
}

function faultsOf(error: AppError, { param, error: fixed }: Answer): readonly Fault[] {
  if (error.code === 'forbidden') {
    const scope = scopeNamed(error);
    return [{ where: 'scope', value: scope, message: `the credential lacks the scope ${scope}` }];
  }
  // A fixed text stands for what the caller may not learn, values included.
  if (fixed === undefined && error.faults.length > 0) return error.faults;
  return [{ where: param ?? '', message: error.public }];
}

/** The missing scope in the vendor's spelling; `requirePermission` names ours. */
function scopeNamed(error: AppError): string {
  const permission = error.faults[0]?.value ?? '';
  return scopeOf(permission as Permission) ?? permission;
}

function logFault(request: FastifyRequest, error: AppError, status: number): void {
  if (status >= 500) request.log.error({ err: error.cause ?? error, code: error.code }, error.message);
  else request.log.info({ code: error.code }, error.message);
}
