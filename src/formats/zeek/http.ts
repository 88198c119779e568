import type { ZeekLog } from './log.ts';
import { field, firstOf } from './sql.ts';

const URI = field('uri');
const METHOD = field('method');
const SERVER = field('id.resp_h');

/** Where Zeek saw only the reply there is no URI and no host. */
const NO_REQUEST = `${URI} = '' AND ${field('host')} = ''`;
/** A proxy is asked for a whole URL. */
const IS_URL = `match(${URI}, '^[A-Za-z][A-Za-z0-9+.-]*://')`;
/** Host header, which may carry a port; HTTP 1.0 has none, and the address stands in as it would in a URL. */
const HOST = `multiIf(${field('host')} != '', ${field('host')}, position(${SERVER}, ':') > 0, concat('[', ${SERVER}, ']'), ${SERVER})`;

const URL = `multiIf(${NO_REQUEST}, '',
    ${METHOD} = 'CONNECT', if(endsWith(${URI}, ':443'), concat('https://', substring(${URI}, 1, length(${URI}) - 4), '/'), ${URI}),
    ${IS_URL}, ${URI},
    concat(if(${field('id.resp_p')} = '443', 'https://', 'http://'), ${HOST}, if(startsWith(${URI}, '/'), '', '/'), ${URI}))`;

const AUTHORITY = `multiIf(${NO_REQUEST}, '', ${METHOD} = 'CONNECT', ${URI},
    ${IS_URL}, extract(${URI}, '^[^:]+://(?:[^/?#@]*@)?([^/?#]*)'), ${HOST})`;

/** The host without its port; an IPv6 address may stand in brackets, or wrongly without. */
const DOMAIN = `multiIf(startsWith(${AUTHORITY}, '['), extract(${AUTHORITY}, '^\\\\[([^\\\\]]*)'),
    countSubstrings(${AUTHORITY}, ':') = 1, splitByChar(':', ${AUTHORITY})[1], ${AUTHORITY})`;

const FILE_NAME = `multiIf(${field('resp_filenames')} != '', ${firstOf('resp_filenames')},
    ${field('orig_filenames')} != '', ${firstOf('orig_filenames')}, ${field('filename')})`;

/** log-formats.md, 3.5 */
export const HTTP: ZeekLog = {
  kind: 'web',
  columns: {
    proto: '6',
    domain: DOMAIN,
    url: URL,
    method: METHOD,
    status: `toUInt16OrNull(${field('status_code')})`,
    bytes_out: `toUInt64OrNull(${field('request_body_len')})`,
    bytes_in: `toUInt64OrNull(${field('response_body_len')})`,
    user_agent: field('user_agent'),
    referer: field('referrer'),
    content_type: firstOf('resp_mime_types'),
    file_name: FILE_NAME,
  },
  consumed: ['method', 'status_code', 'request_body_len', 'response_body_len', 'user_agent', 'referrer', 'filename'],
};
