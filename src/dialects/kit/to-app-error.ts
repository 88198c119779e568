import { AppError, type ErrorCode } from '../../model/errors.ts';

/** What the router refuses by itself, by the status it gives. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  404: 'no_route',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'too_large',
  415: 'unsupported_media',
};

function codeOf(status: number): ErrorCode | undefined {
  return BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'bad_request' : undefined);
}

/** Whatever was thrown, as an AppError. A surprise becomes `internal`, with a fixed sentence and the request id. */
export function toAppError(error: unknown, requestId: string): AppError {
  if (error instanceof AppError) return error;
  const { statusCode, message } = (error ?? {}) as { statusCode?: number; message?: string };
  const code = codeOf(statusCode ?? 500);
  if (code !== undefined) return new AppError(code, { public: message ?? code, cause: error });
  return new AppError('internal', { public: `internal error, request ${requestId}`, cause: error });
}
