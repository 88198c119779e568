import { accessSync, constants, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

/**
 * The kinds of value an option can have. Each reads the text of an environment variable; its description completes
 * both "must be …" in a fault and the "Values" column of the documentation.
 */

function kind<T>(description: string, accepts: (text: string) => boolean, read: (text: string) => T) {
  return z.string().refine(accepts, `must be ${description}`).transform(read).describe(description);
}

export function integer(min: number, max: number) {
  const accepts = (text: string) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max;
  return kind(`a whole number from ${min} to ${max}`, accepts, Number);
}

export function oneOf<const T extends string>(...choices: readonly T[]) {
  return z
    .enum(choices, { error: `must be one of ${choices.join(', ')}` })
    .describe(`one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`);
}

export const flag = kind(
  '1 or 0',
  (text) => /^(1|0|true|false)$/i.test(text),
  (text) => /^(1|true)$/i.test(text),
);

export const host = kind(
  'a host name or an address to listen on',
  (text) => isIP(text) !== 0 || isHostName(text),
  String,
);

export const directory = kind(
  'the path of a directory, made when missing',
  (text) => !text.includes('\0') && mayBeDirectory(text),
  (text) => resolve(text),
);

export const readableFile = kind('the path of a file that exists and can be read', isReadableFile, (text) =>
  resolve(text),
);

export const secret = kind(
  'at least 32 bytes long',
  (text) => Buffer.byteLength(text) >= 32,
  (text) => text,
);

export const baseUrl = kind(
  'an http or https address without user, query or fragment',
  (text) => /^https?:\/\/[^@?#]+$/i.test(text) && URL.canParse(text),
  (text) => new URL(text).href.replace(/\/+$/, ''),
);

export const eventsAddress = kind(
  'an http or https address, with at most user, password and the name of a database',
  (text) => /^https?:$/.test(urlOf(text)?.protocol ?? '') && isPlain(text) && isDatabase(urlOf(text)?.pathname ?? ''),
  (text) => text,
);

export const postgresUrl = kind(
  'a postgres:// address that names a host and a database',
  (text) => /^postgres(ql)?:$/.test(urlOf(text)?.protocol ?? '') && /^\/[^/]+$/.test(urlOf(text)?.pathname ?? ''),
  (text) => text,
);

export const word = kind('letters, digits and _, a letter first', (text) => /^[a-z]\w{0,62}$/i.test(text), String);

/** What a process of several may do. */
export const ROLES = ['api', 'ingest', 'jobs'] as const;
export type Role = (typeof ROLES)[number];

export const roles = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => part.trim().toLowerCase() || []))
  .pipe(
    z
      .array(
        z.enum(ROLES, { error: (issue) => `holds '${String(issue.input)}', which is none of ${ROLES.join(', ')}` }),
      )
      .min(1, `must name at least one of ${ROLES.join(', ')}`),
  )
  .transform((named): ReadonlySet<Role> => new Set(named))
  .describe(`some of ${ROLES.map((role) => `\`${role}\``).join(', ')}, separated by commas`);

export const networks = list(
  'addresses or networks (10.0.0.0/8), separated by commas',
  isNetwork,
  'an address or a network like 10.0.0.0/8',
);

export const domain = kind('a domain name', isHostName, (text) => text.toLowerCase());

export const domains = list('domain names, separated by commas', isHostName, 'a domain name');

function list(description: string, acceptsItem: (text: string) => boolean, item: string) {
  const one = z
    .string()
    .toLowerCase()
    .refine(acceptsItem, { error: (issue) => `holds '${String(issue.input)}', which is not ${item}` });
  return z
    .string()
    .transform((text): readonly string[] => text.split(',').flatMap((part) => part.trim() || []))
    .pipe(z.array(one).readonly())
    .describe(description);
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function isPlain(text: string): boolean {
  return !/[?#]/.test(text);
}

function isDatabase(path: string): boolean {
  return /^\/?$|^\/[a-z]\w{0,62}\/?$/i.test(path);
}

function isHostName(text: string): boolean {
  return text.length <= 253 && /^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$/i.test(text);
}

function isNetwork(text: string): boolean {
  const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && (prefix === undefined || Number(prefix) <= (family === 4 ? 32 : 128));
}

function mayBeDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() !== false;
  } catch {
    // A file where a directory above it should be, or a name too long.
    return false;
  }
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
