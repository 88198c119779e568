import { Counter, Gauge, Histogram } from 'prom-client';

const waiting = new Gauge({
  name: 'belfry_events_queries_waiting',
  help: 'Statements that wait for a session of the event store',
  labelNames: ['priority'],
});

const running = new Gauge({
  name: 'belfry_events_queries_running',
  help: 'Statements that the event store works on',
  labelNames: ['priority'],
});

const waited = new Histogram({
  name: 'belfry_events_query_wait_seconds',
  help: 'Time that statements waited for a session of the event store',
  labelNames: ['priority'],
  buckets: [0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
});

const duration = new Histogram({
  name: 'belfry_events_query_duration_seconds',
  help: 'Time that the event store worked on statements, those that failed included',
  labelNames: ['priority'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120],
});

const failures = new Counter({
  name: 'belfry_events_query_failures_total',
  help: 'Statements that failed, by the code of ClickHouse or of the network',
  labelNames: ['code'],
});

/** Follows one statement from when it is asked for to its end. */
export interface QueryWatch {
  begun(): void;
  /** It waited in vain. */
  gaveUp(): void;
  failed(error: unknown): void;
  ended(): void;
}

export function watchQuery(priority: string): QueryWatch {
  waiting.inc({ priority });
  const endWait = waited.startTimer({ priority });
  let endRun = () => {};
  return {
    begun() {
      waiting.dec({ priority });
      endWait();
      running.inc({ priority });
      const end = duration.startTimer({ priority });
      endRun = () => {
        end();
        running.dec({ priority });
      };
    },
    gaveUp() {
      waiting.dec({ priority });
      endWait();
      failures.inc({ code: 'NO_SESSION' });
    },
    failed: (error) => failures.inc({ code: codeOf(error) }),
    ended: () => endRun(),
  };
}

/** What looks like no code would make a series of its own every time. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(\d{1,4}|[a-z_]{1,30}|E[A-Z]{1,30})$/.test(code) ? code : 'other';
}
