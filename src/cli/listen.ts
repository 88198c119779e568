import type { FastifyInstance } from 'fastify';
import { AppError } from '../model/errors.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Listens, and returns the address.
 *
 * @throws AppError `conflict` where the place is taken, forbidden or not one of this machine's, naming the option to change
 */
export async function listen(app: FastifyInstance, place: Place): Promise<string> {
  try {
    return await app.listen(place);
  } catch (error) {
    const reason = reasonOf(error, place);
    if (reason === undefined) throw error;
    throw new AppError('conflict', { public: reason, cause: error });
  }
}

function reasonOf(error: unknown, { host, port }: Place): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is taken by another program; BELFRY_PORT chooses another`;
    case 'EACCES':
      return `this user may not listen on port ${port}; BELFRY_PORT chooses another`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine; BELFRY_HOST chooses another`;
    default:
      return undefined;
  }
}
