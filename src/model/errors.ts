/** Every way a request can fail. Each dialect maps every code to its vendor's status and body; the compiler proves it. */
export const ERROR_CODES = [
  'bad_request',
  'unauthenticated',
  'forbidden',
  'foreign_organization',
  'not_found',
  'no_route',
  'method_not_allowed',
  'conflict',
  'precondition_failed',
  'request_timeout',
  'too_large',
  'unsupported_media',
  'rate_limited',
  'unavailable',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One faulty input, named as the caller spelt it. */
export interface Fault {
  /** Parameter, field or file the fault is in. */
  where: string;
  /** What was given, cut to 200 characters; absent where nothing was given. */
  value?: string;
  /** What is wrong, a sentence without a full stop. */
  message: string;
}

export interface AppErrorOptions {
  /** Shown to the caller. Must not name what the caller may not know. */
  public: string;
  /** For the log only. */
  internal?: string;
  cause?: unknown;
  faults?: readonly Fault[];
  /** Seconds after which a retry makes sense; for `rate_limited` and `unavailable`. */
  retryAfterSeconds?: number;
}

/** An expected failure: it has a code, a sentence for the caller, and one for the log. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly public: string;
  readonly faults: readonly Fault[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions) {
    super(options.internal ?? options.public, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.public = options.public;
    this.faults = options.faults ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A `bad_request` about exactly one input. */
export function badInput(where: string, value: string | undefined, message: string): AppError {
  const fault: Fault = value === undefined ? { where, message } : { where, value: value.slice(0, 200), message };
  return new AppError('bad_request', { public: message, faults: [fault] });
}

/** A store or a server that is gone, or takes nothing at the moment: the same may succeed later. */
export function mayPass(error: unknown): error is AppError & { readonly retryAfterSeconds: number } {
  return error instanceof AppError && error.code === 'unavailable' && error.retryAfterSeconds !== undefined;
}
