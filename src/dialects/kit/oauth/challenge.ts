import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../../../model/errors.ts';

/**
 * Sets `WWW-Authenticate` of a surface with bearer tokens (RFC 6750, section 3): without an error code where no token was presented.
 *
 * @param scope what the credential lacks, in the vendor's words; absent where the vendor has no words for it
 */
export function challengeBearer(
  request: FastifyRequest,
  reply: FastifyReply,
  { error, realm, scope }: { readonly error: AppError; readonly realm: string; readonly scope?: string | undefined },
): void {
  const challenge = `Bearer realm="${realm}"`;
  if (error.code === 'unauthenticated') {
    const presented = /^bearer\b/i.test(request.headers.authorization ?? '');
    reply.header('www-authenticate', presented ? `${challenge}, error="invalid_token"` : challenge);
  }
  if (error.code === 'forbidden' && lacksPermission(error)) {
    const named = scope === undefined ? '' : `, scope="${scope}"`;
    reply.header('www-authenticate', `${challenge}, error="insufficient_scope"${named}`);
  }
}

function lacksPermission({ faults }: AppError): boolean {
  return faults.some(({ where }) => where === 'scope');
}
