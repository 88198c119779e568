// `node healthcheck.mjs [path]` ends with 0 when the server in this container answers the path (`/healthz`) with 200.
// Its certificate is for the name that clients use, not for the loopback address: it is not looked at here.
// Checked: by a test, beside a server.
import http from 'node:http';
import https from 'node:https';

const secure = Boolean(process.env.BELFRY_TLS_CERT);
const request = (secure ? https : http).get({
  host: '127.0.0.1',
  port: process.env.BELFRY_PORT || 8787,
  path: process.argv[2] ?? '/healthz',
  timeout: 4_000,
  rejectUnauthorized: false,
});
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));
