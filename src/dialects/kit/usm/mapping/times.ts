/** The two forms in which an instant stands beside its name (sections 2.5, 2.9). */
export function timestamp<Name extends string>(name: Name, ms: number) {
  return { [name]: String(ms), [`${name}_iso8601`]: new Date(ms).toISOString() };
}

/** `1h`, `30m`, `45s`. */
export function lengthText(seconds: number): string {
  if (seconds > 0 && seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds > 0 && seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
