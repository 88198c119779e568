import { badInput } from '../model/errors.ts';

/** Free text that people read: trimmed, 1 to 200 characters, none of them a control character. */
export function readableText(where: string, value: string): string {
  const text = value.trim();
  if (text === '') throw badInput(where, value, `${where} must not be empty`);
  if (text.length > 200) throw badInput(where, value, `${where} must not be longer than 200 characters`);
  if (/[\p{Control}\p{Surrogate}]/u.test(text))
    throw badInput(where, value, `${where} must not contain control characters`);
  return text;
}

/** A label of a host name, since USM clients find an organization by host. */
export function slugText(where: string, value: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) return value;
  throw badInput(where, value, `${where} must be 1 to 63 of a-z, 0-9 and -, and neither begin nor end with -`);
}

/** An address people sign in with, lower-cased. */
export function emailText(where: string, value: string): string {
  const email = value.trim().toLowerCase();
  if (email.length <= 254 && /^[^\s@\p{Control}\p{Surrogate}]+@[^\s@\p{Control}\p{Surrogate}]+$/u.test(email))
    return email;
  throw badInput(where, value, `${where} must be an email address`);
}

/** What people write to one another: trimmed, 1 to 10,000 characters, lines and tabs but no other control character. */
export function longText(where: string, value: string): string {
  const text = value.replaceAll('\r\n', '\n').trim();
  if (text === '') throw badInput(where, value, `${where} must not be empty`);
  if (text.length > 10_000) throw badInput(where, value, `${where} must not be longer than 10,000 characters`);
  if (/[\p{Control}\p{Surrogate}]/u.test(text.replaceAll(/[\n\t]/g, '')))
    throw badInput(where, value, `${where} must not contain control characters`);
  return text;
}
