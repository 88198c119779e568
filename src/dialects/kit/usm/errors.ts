import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError, ErrorCode } from '../../../model/errors.ts';
import { challengeBearer } from '../oauth/challenge.ts';
import { toAppError } from '../to-app-error.ts';
import { scopeOf } from './scopes.ts';
import { sendJson } from './send-json.ts';

/** What a fault body says besides its text. */
export interface FaultAnswer {
  readonly status: number;
  readonly error: string;
}

/** Status and word for each way to fail (sections 1.3 and 4). */
const ANSWERS: Readonly<Record<ErrorCode, FaultAnswer>> = {
  bad_request: { status: 400, error: 'invalid_request' },
  unauthenticated: { status: 401, error: 'invalid_token' },
  forbidden: { status: 403, error: 'access_denied' },
  foreign_organization: { status: 403, error: 'access_denied' },
  not_found: { status: 404, error: 'not_found' },
  no_route: { status: 404, error: 'not_found' },
  method_not_allowed: { status: 405, error: 'method_not_allowed' },
  request_timeout: { status: 408, error: 'request_timeout' },
  conflict: { status: 409, error: 'conflict' },
  precondition_failed: { status: 412, error: 'precondition_failed' },
  too_large: { status: 413, error: 'payload_too_large' },
  unsupported_media: { status: 415, error: 'unsupported_media_type' },
  rate_limited: { status: 429, error: 'rate_limit_exceeded' },
  unavailable: { status: 503, error: 'service_unavailable' },
  internal: { status: 500, error: 'server_error' },
};

const REALM = 'oauth2-resource';

/** Answers a fault of anything but the token endpoint. */
export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toAppError(thrown, request.id);
  challengeBearer(request, reply, { error, realm: REALM, scope: scopeOf(error.faults[0]?.value) });
  const presented = /^bearer\b/i.test(request.headers.authorization ?? '');
  if (error.code === 'unauthenticated' && !presented) {
    return sendFault(request, reply, error, { status: 401, error: 'unauthorized' });
  }
  return sendFault(request, reply, error, ANSWERS[error.code]);
}

/** Answers a fault of the token endpoint, where a wrong credential must say `Unauthorized` (section 1.3). */
export function replyToTokenRequest(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toAppError(thrown, request.id);
  if (error.code === 'unauthenticated') {
    reply.header('www-authenticate', 'Basic realm="oauth2/client"');
    return sendFault(request, reply, error, { status: 401, error: 'invalid_client' });
  }
  const [fault] = error.faults;
  const unsupported = fault?.where === 'grant_type' && fault.value !== undefined;
  const answer = unsupported ? { status: 400, error: 'unsupported_grant_type' } : ANSWERS[error.code];
  return sendFault(request, reply, error, answer);
}

function sendFault(request: FastifyRequest, reply: FastifyReply, fault: AppError, answer: FaultAnswer): FastifyReply {
  const { status, error } = answer;
  if (status >= 500) request.log.error({ err: fault.cause ?? fault, code: fault.code }, fault.message);
  else request.log.info({ code: fault.code }, fault.message);
  if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds));
  const location = request.url.split('?', 1)[0]?.slice(0, 500);
  return sendJson(reply.code(status), {
    result: 'error',
    location,
    error,
    error_description: DESCRIPTIONS[error] ?? fault.public,
    status,
  });
}

/** Texts that must not depend on the fault. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  invalid_client: 'Unauthorized: bad client credentials',
  unauthorized: 'Full authentication is required to access this resource',
  invalid_token: 'The access token is malformed, unknown or expired',
  access_denied: 'Access is denied',
  rate_limit_exceeded: 'Too many requests',
};
