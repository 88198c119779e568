import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SharedContext } from '../core/context.ts';
import type { runImport } from '../core/imports/run-import.ts';
import type { CountRequest, FailureLimiter } from '../core/limits/index.ts';
import type { ReportShelf } from '../core/reports/index.ts';
import type { PasswordSignIn } from '../core/users/authenticate-user.ts';

/** One vendor's API, answered as that vendor answers it. */
export interface Dialect {
  /** Names the surface in addresses, tokens, logs and files: `umbrella-reporting-v2`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** The vendor's version of the API that is spoken. */
  readonly apiVersion: string;
  /** Everything below these paths is this dialect's, unknown paths included. No two dialects share one. */
  readonly prefixes: readonly string[];
  /** What a client made for this surface alone may be called; anything where absent. */
  readonly clientNames?: { readonly pattern: RegExp; readonly rule: string };
  /** Present where clients show one opaque token, made of id and secret, and have one of these roles instead of scopes. */
  readonly tokens?: { readonly roles: readonly string[] };
  /**
   * Adds the surface to `app`, which is a scope of its own (`app.register`): its routes, its error handler and not-found
   * handlers, its limiter, and its documents at `/docs/<name>` and `/docs/<name>/openapi.json`.
   */
  register(app: FastifyInstance, deps: DialectDeps): Promise<void>;
  /** Answers a fault as the vendor does: what its error handler does with errors, for those met before any route. */
  replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

/** What the server lends to a dialect. */
export interface DialectDeps {
  readonly context: SharedContext;
  /** What imports work with. */
  readonly ingest: Parameters<typeof runImport>[0];
  /** Whether this process imports; otherwise another one does. */
  readonly takesLogs: boolean;
  readonly reportShelf: ReportShelf;
  /** Where files of compliance reports are. */
  readonly complianceShelf: ReportShelf;
  /** Opens our own API for whoever may read the data directory. */
  readonly operatorToken: string;
  /** Signs access tokens; keys for other purposes are derived from it. At least 32 bytes. */
  readonly tokenKey: Uint8Array;
  readonly tokenLifetimeSeconds: number;
  /** Address under which clients reach the server, without a slash at its end; null where only they know. */
  readonly publicUrl: string | null;
  /** What limits count with. */
  readonly countRequest: CountRequest;
  /** Slows down guesses at secrets. */
  readonly failureLimiter: Pick<FailureLimiter, 'verifySecret'>;
  /** Knows people by their passwords. */
  readonly passwordSignIn: Pick<PasswordSignIn, 'authenticate'>;
  /** 0 sets no limit. */
  readonly limits: {
    /** Requests of one organization. */
    readonly requestsPerSecond: number;
    /** Access tokens of one client. */
    readonly tokensPerMinute: number;
    /** USM requests of one client about one organization: those that read, and all others. */
    readonly getsPerSecond: number;
    readonly writesPerSecond: number;
    /** Clumio requests of one organization. */
    readonly clumioRequestsPerSecond: number;
  };
  /** Largest offset a list accepts; 0 for any. */
  readonly offsetCeiling: number;
  /** Domain in which organizations have a host each, lower case; null where any host may name one by its first label. */
  readonly usmDomain: string | null;
  /** Domains that count as noise, lower case. */
  readonly noisyDomains: readonly string[];
}
