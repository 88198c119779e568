import type { FastifyReply } from 'fastify';

/** Sends a body as the vendor does. Never without one: clients parse whatever calls itself JSON (section 0). */
export function sendJson(reply: FastifyReply, body: object): FastifyReply {
  return reply.header('content-type', 'application/json;charset=UTF-8').send(JSON.stringify(body));
}
