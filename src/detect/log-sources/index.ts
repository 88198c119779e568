import type { LogSource } from '../rule.ts';
import { BACKUP } from './backup.ts';
import { endpoint } from './endpoint.ts';
import { type LogSourceMapping, own } from './mapping.ts';
import { DNS, FIREWALL, IDS, WEB } from './network.ts';
import { CLOUDTRAIL, suricata, zeek } from './sensors.ts';

/** Categories that stand for logs of any product. */
const CATEGORIES: Readonly<Record<string, LogSourceMapping>> = {
  dns: DNS,
  proxy: WEB,
  webserver: WEB,
  firewall: FIREWALL,
  ids: IDS,
  backup: BACKUP,
};

/** What a log source means in table `events`; undefined where no format stores such logs. */
export function mappingOf(source: LogSource): LogSourceMapping | undefined {
  const { product, category, service } = source;
  switch (product) {
    case undefined:
      return service === undefined && category !== undefined
        ? (own(CATEGORIES, category) ?? endpoint(source))
        : undefined;
    case 'zeek':
      return zeek(service ?? category);
    case 'suricata':
      return suricata(service);
    case 'aws':
      return service === 'cloudtrail' ? CLOUDTRAIL : undefined;
    default:
      return endpoint(source);
  }
}
