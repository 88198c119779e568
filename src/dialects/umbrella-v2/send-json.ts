import type { FastifyReply } from 'fastify';

/** Headers of every answer (section 4.1). */
const HEADERS = {
  'content-type': 'application/json;charset=utf-8',
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': '',
  'access-control-allow-methods': '*',
  'access-control-allow-credentials': 'true',
  'access-control-allow-headers':
    'Authorization, x-options, x-source, x-region-redirect, x-traffic-type, timerange, content-type',
};

/** Sends a body as the vendor does: compact, members in the order given. */
export function sendJson(reply: FastifyReply, body: object): FastifyReply {
  return reply.headers(HEADERS).send(JSON.stringify(body));
}
