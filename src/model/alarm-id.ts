import { createHash } from 'node:crypto';

export interface AlarmKey {
  readonly ruleId: string;
  readonly organizationUuid: string;
  readonly groupKey: string;
  /** Start of the stretch of event time, in milliseconds. */
  readonly windowStartMs: number;
}

/** Id of the one alarm that a rule makes of a group in one stretch of time, so that whoever derives it again finds it. */
export function alarmId({ ruleId, organizationUuid, groupKey, windowStartMs }: AlarmKey): string {
  return derivedUuid('alarm', ruleId, organizationUuid, groupKey, windowStartMs);
}

/** Id of an alarm that a peer gave, where its own id belongs to another alarm here. */
export function pulledAlarmId({ peerId, id }: { readonly peerId: string; readonly id: string }): string {
  return derivedUuid('pulled alarm', peerId, id);
}

/** UUID of version 8 (RFC 9562): 122 bits of a hash of the parts, which JSON keeps apart. */
function derivedUuid(...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
