import { describe, expect, it } from 'vitest';
import { AppError } from '../model/errors.ts';
import { explainedBy, isBroken, isUseless } from './postgres-errors.ts';

function failure(code: string, message = 'what the server said'): Error {
  return Object.assign(new Error(message), { code });
}

describe('what keeps PostgreSQL from its work', () => {
  it.each([
    ['ECONNREFUSED', /nothing accepts connections/],
    ['ENOTFOUND', /host name is not known/],
    ['ETIMEDOUT', /does not answer/],
    ['ECONNRESET', /connection to it broke/],
    ['28P01', /refuses the user or the password/],
    ['3D000', /no such database/],
    ['53300', /no connection left/],
    ['53100', /disk is full/],
    ['25006', /read-only/],
    ['57P01', /stopping or starting/],
    ['57P03', /stopping or starting/],
    ['55P03', /another process is writing/],
    ['40001', /another process changed the same/],
    ['40P01', /another process changed the same/],
    ['57014', /took longer/],
    ['42501', /may not do that/],
  ])('is said for %s, with when to try again', (code, sentence) => {
    const explained = explainedBy(failure(code));
    expect(explained).toMatchObject({ code: 'unavailable', public: sentence, retryAfterSeconds: 5 });
    // The server's own words are for the log.
    expect(explained).toMatchObject({ message: expect.stringContaining('what the server said') });
    expect((explained as AppError).public).not.toContain('what the server said');
  });

  it.each([
    ['Connection terminated unexpectedly', /connection to it broke/],
    ['Client has encountered a connection error and is not queryable', /connection to it broke/],
    ['Connection terminated due to connection timeout', /does not answer/],
    ['Query read timeout', /does not answer/],
    ['timeout exceeded when trying to connect', /every connection of this process/],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', /refuses the user or the password/],
    ['The server does not support SSL connections', /TLS/],
    ['self-signed certificate in certificate chain', /TLS/],
  ])('is said where the client library has no code: %s', (message, sentence) => {
    expect(explainedBy(new Error(message))).toMatchObject({ code: 'unavailable', public: sentence });
  });

  it('is said of a name whose addresses all refuse', () => {
    const all = new AggregateError([failure('ECONNREFUSED', 'no ::1'), failure('ECONNREFUSED', 'no 127.0.0.1')]);
    expect(explainedBy(all)).toMatchObject({
      public: expect.stringContaining('nothing accepts connections'),
      message: expect.stringContaining('no ::1; no 127.0.0.1'),
    });
  });

  it('is the caller’s fault where a text is too long for an index', () => {
    expect(explainedBy(failure('54000'))).toMatchObject({ code: 'bad_request' });
  });

  it('leaves what is neither as it is', () => {
    const mistake = failure('42601', 'syntax error');
    expect(explainedBy(mistake)).toBe(mistake);
    const ours = new AppError('conflict', { public: 'taken' });
    expect(explainedBy(ours)).toBe(ours);
  });
});

it('a connection that gives no answer is of no use, and what was asked on it is not asked again', () => {
  expect([isBroken(failure('57P01')), isUseless(failure('57P01'))]).toEqual([true, true]);
  expect([isBroken(new Error('Query read timeout')), isUseless(new Error('Query read timeout'))]).toEqual([
    false,
    true,
  ]);
  expect([isBroken(failure('23505')), isUseless(failure('23505'))]).toEqual([false, false]);
});
