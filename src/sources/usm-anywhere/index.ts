export { marksOf, readRemoteAlarm, tenantOf } from './alarm.ts';
export { alarmPages } from './alarm-pages.ts';
export { connectUsm, type UsmAddress, type UsmConnection } from './connection.ts';
