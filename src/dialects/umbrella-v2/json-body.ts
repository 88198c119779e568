import { parseJson } from '../../kit/parse-json.ts';
import { badInput } from '../../model/errors.ts';

/** A body as JSON, whatever type its sender called it. @throws AppError `bad_request` */
export function parseJsonBody(body: unknown): unknown {
  try {
    return parseJson(String(body ?? ''));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw badInput('body', String(body ?? ''), 'the body is not JSON');
  }
}
