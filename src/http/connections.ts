import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** Time within which the rest of a body must arrive once its request has been answered. */
  readonly bodyTimeoutMs: number;
  /** Time for which a client may leave an answer unread. */
  readonly stallTimeoutMs: number;
}

interface Connection {
  /** The outermost layer: TLS once its handshake is done, TCP otherwise. */
  socket: Socket;
  /** Requests whose header has arrived and whose answer has not left yet. More than one where the client pipelines. */
  readonly requests: Map<ServerResponse, IncomingMessage>;
  /** Bytes that had left at the last check, and when that number last grew. */
  sent: number;
  progressAt: number;
}

/**
 * The open connections of a server. Node closes idle ones by itself; this also ends those in the TLS handshake, those that have sent a
 * part of a request, and those whose client does not read.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #open = new Set<Connection>();
  /** By the client's address and port: what a TLS socket and the TCP socket below it have in common. */
  readonly #byPeer = new Map<string, Connection>();
  readonly #bySocket = new WeakMap<Socket, Connection>();
  #isStopping = false;

  constructor(server: Server, limits: ConnectionLimits) {
    this.#limits = limits;
    server.on('connection', (socket: Socket) => this.#add(socket));
    server.on('secureConnection', (socket: Socket) => this.#secure(socket));
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) =>
      this.#track(request, response),
    );
    const timer = setInterval(() => this.#endStalled(), Math.ceil(limits.stallTimeoutMs / 4)).unref();
    server.once('close', () => clearInterval(timer));
  }

  get size(): number {
    return this.#open.size;
  }

  /** Ends connections on which no answer is owed, now and from now on. */
  stop(): void {
    this.#isStopping = true;
    for (const connection of this.#open) if (connection.requests.size === 0) connection.socket.destroy();
  }

  /** Requests that have not arrived as a whole. */
  unfinished(): IncomingMessage[] {
    return [...this.#open].flatMap(({ requests }) => [...requests.values()].filter((request) => !request.complete));
  }

  /** Ends every connection, whatever is under way on it. */
  endAll(): void {
    for (const { socket } of this.#open) socket.destroy();
  }

  #add(socket: Socket): void {
    if (this.#isStopping) {
      socket.destroy();
      return;
    }
    const connection: Connection = { socket, requests: new Map(), sent: 0, progressAt: Date.now() };
    const peer = peerOf(socket);
    this.#open.add(connection);
    this.#byPeer.set(peer, connection);
    this.#bySocket.set(socket, connection);
    socket.once('close', () => {
      this.#open.delete(connection);
      if (this.#byPeer.get(peer) === connection) this.#byPeer.delete(peer);
    });
  }

  #secure(socket: Socket): void {
    const connection = this.#byPeer.get(peerOf(socket));
    if (connection === undefined) return;
    connection.socket = socket;
    this.#bySocket.set(socket, connection);
  }

  #track(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#bySocket.get(request.socket);
    if (connection === undefined) return;
    connection.requests.set(response, request);
    connection.progressAt = Date.now();
    response.once('close', () => {
      connection.requests.delete(response);
      if (this.#isStopping && connection.requests.size === 0) connection.socket.destroySoon();
      else if (!request.complete) this.#awaitRest(request);
    });
  }

  /** An answer may come before the end of the request, which is then read and dropped, but not for ever. */
  #awaitRest(request: IncomingMessage): void {
    const timer = setTimeout(() => request.socket.destroy(), this.#limits.bodyTimeoutMs).unref();
    request.once('end', () => clearTimeout(timer));
    request.once('close', () => clearTimeout(timer));
  }

  #endStalled(): void {
    const now = Date.now();
    for (const connection of this.#open) {
      const { socket } = connection;
      const sent = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || sent !== connection.sent) {
        connection.sent = sent;
        connection.progressAt = now;
      } else if (now - connection.progressAt >= this.#limits.stallTimeoutMs) {
        socket.destroy();
      }
    }
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
