import { formatsOf } from '../../control/ledger.ts';
import type { Scope } from '../../model/scope.ts';
import { sensorId } from '../../model/sensor-id.ts';
import type { Context } from '../context.ts';

/** Formats of the organization's logs that are the sensor of that id: one, or none. */
export async function formatsOfSensor(context: Context, scope: Scope, id: string): Promise<string[]> {
  const formats = await formatsOf(context.control.db, scope.organization.id);
  return formats.filter((format) => sensorId(scope.organization, format) === id.toLowerCase());
}
