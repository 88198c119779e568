import { maskedUrls } from '../masking/url-secrets.ts';
import { onlyWhere } from '../sql/only-where.ts';

/**
 * What URLs are made of, as one value: parts of the `http` object, the server's address (where it may stand in for a missing
 * Host header) and port, and whether the event saw TLS.
 */
const EXCHANGE = `(e.http.hostname, e.http.url, e.http.http_method, ifNull(e.http.http_port, 0),
  if(e.event_type IN ('http', 'alert'), if(is_reply, e.src_ip, e.dest_ip), ''),
  ifNull(if(is_reply, e.src_port, e.dest_port), 0), e.tls.version != '', e.http.http_refer, e.http.redirect)`;

const HOSTNAME = 'x.1';
const URL = 'x.2';
const METHOD = 'x.3';
const NAMED_PORT = 'x.4';
const SERVER = 'x.5';
const SERVER_PORT = 'x.6';
const IS_TLS = 'x.7';
const REFERER = 'x.8';
const REDIRECT = 'x.9';

const ADDRESS = `if(position(${SERVER}, ':') > 0, concat('[', ${SERVER}, ']'), ${SERVER})`;
/** May carry a port, and brackets where it is an IPv6 address. */
const AUTHORITY = `if(${HOSTNAME} = '', ${ADDRESS}, ${HOSTNAME})`;
const PORT = `if(${NAMED_PORT} > 0, ${NAMED_PORT}, ${SERVER_PORT})`;
const SCHEME = `if(${PORT} = 443 OR ${IS_TLS}, 'https', 'http')`;
const PORT_SUFFIX = `if(${NAMED_PORT} IN (0, 80, 443) OR match(${AUTHORITY}, ':[0-9]+$'), '', concat(':', toString(${NAMED_PORT})))`;

const WHOLE_URL = `multiIf(
  match(${URL}, '^[a-zA-Z]+://'), ${URL},
  ${METHOD} = 'CONNECT', concat(if(endsWith(${URL}, ':443'), 'https', 'http'), '://', ${URL}),
  ${AUTHORITY} = '', '',
  concat(${SCHEME}, '://', ${AUTHORITY}, ${PORT_SUFFIX}, if(startsWith(${URL}, '/'), '', '/'), ${URL}))`;

const HOST = `replaceRegexpOne(${AUTHORITY}, '^\\\\[?([^\\\\]]*?)\\\\]?(:[0-9]*)?$', '\\\\1')`;

/**
 * SQL for [host without port, URL with scheme, referer, redirect] of an event that has an `http` object, secrets masked; an empty
 * array elsewhere. Needs the names `e` and `is_reply`. EVE has the path alone, unless a proxy was spoken to (spec
 * log-formats.md, section 2.2).
 */
export const SITE = onlyWhere(
  'x',
  EXCHANGE,
  `concat(${HOSTNAME}, ${URL}, ${REFERER}) != ''`,
  `arrayPushFront(arrayMap(u -> ${maskedUrls('u')}, [${WHOLE_URL}, ${REFERER}, ${REDIRECT}]), ${HOST})`,
);
