/** Long enough for people; file systems take 255 bytes. */
const LONGEST = 60;

/**
 * `attachment` with a name that is safe in a header and on any file system, whatever was asked for: in ASCII, and in full
 * (RFC 6266).
 */
export function attachment(fileName: string): string {
  const name = safeName(fileName);
  const ascii = name.replaceAll(/[^\x20-\x7e]/g, '_');
  const full = encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${full}`;
}

function safeName(fileName: string): string {
  const bare = fileName.replace(/\.csv\s*$/i, '');
  const plain = bare.replaceAll(/[\p{Control}\p{Format}\p{Surrogate}\p{Zl}\p{Zp}"%*/:;<>?\\|]+/gu, '_');
  // A leading dot hides a file, blanks and dots at the end are lost on some systems.
  const trimmed = [...plain]
    .slice(0, LONGEST)
    .join('')
    .replaceAll(/^[\s.]+|[\s.]+$/g, '');
  return `${trimmed || 'report'}.csv`;
}
