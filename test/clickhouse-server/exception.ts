/** An exception of the server: code, name and text as ClickHouse has them. */
export class Exception extends Error {
  readonly code: number;

  constructor(code: number, name: string, text: string) {
    super(`Code: ${code}. DB::Exception: ${text}. (${name})`);
    this.code = code;
  }
}

const STATUS: Readonly<Record<number, number>> = {
  6: 400,
  27: 400,
  36: 400,
  41: 400,
  44: 400,
  47: 404,
  53: 400,
  60: 404,
  62: 400,
  73: 404,
  81: 404,
  115: 404,
  46: 404,
  48: 501,
  159: 408,
  192: 403,
  193: 403,
  194: 401,
  209: 503,
  439: 503,
  497: 403,
  516: 403,
};

/** What the engine says of itself, with code and status. */
export function told(error: unknown): { readonly code: number; readonly status: number; readonly text: string } {
  const text = error instanceof Error ? error.message : String(error);
  const code = Number(/Code: (\d+)/.exec(text)?.[1] ?? 1001);
  return {
    code,
    status: STATUS[code] ?? 500,
    text: text.startsWith('Code: ') ? text : `Code: ${code}. DB::Exception: ${text}`,
  };
}
