export { listEvents, readEventsAt } from './list-events.ts';
export { readEvent } from './read-event.ts';
export { formatsOfSensor } from './sensors.ts';
