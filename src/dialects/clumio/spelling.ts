// Documents with fixed members, in the vendor's spelling and in ours.

type Camel<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;

export type Camelled<Value> = Value extends readonly (infer Item)[]
  ? Camelled<Item>[]
  : Value extends object
    ? { [Name in keyof Value as Camel<Name>]: Camelled<Value[Name]> }
    : Value;

/** `{start_time: …}` as `{startTime: …}`, all the way down. */
export function camelled<Value>(value: Value): Camelled<Value> {
  return renamed(value, (name) =>
    name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  ) as Camelled<Value>;
}

/** `{startTime: …}` as `{start_time: …}`, all the way down. */
export function snaked(value: unknown): unknown {
  return renamed(value, (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [rename(name), renamed(member, rename)]));
}
