import { createJsonFramer } from './json.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** First object of a file, whether it stands on one line, on several, or in an array. */
export function firstObject(head: Buffer): JsonObject | undefined {
  const frame = createJsonFramer({ variant: '', context: '' }).cut(head, true);
  const line = Buffer.concat(frame.lines).toString('utf8').trimStart().split('\n', 1)[0] ?? '';
  return parseObject(line);
}

/** Whether each record has a line of its own, as far as the first one tells. */
export function isOneALine(head: Buffer): boolean {
  const line = head.toString('utf8').trimStart().split('\n', 1)[0] ?? '';
  return parseObject(line) !== undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
