import type { Command } from 'commander';
import type { AlarmStatus } from '../../model/alarm.ts';
import { note, printResult, table } from '../output.ts';
import { printable } from '../printable.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { Alarm, AlarmDetail } from '../wire.ts';

export function addAlarmCommands(program: Command): void {
  const alarms = program.command('alarms').description('alarms: what detection found');
  withJson(
    alarms
      .command('list <org>')
      .description('list alarms of an organization, the latest first')
      .option('--status <status...>', 'those that are open, in_review or closed')
      .option('--priority <label...>', 'those of low, medium or high priority')
      .option('--suppressed', 'hidden ones, which are left out otherwise')
      .option('--from <instant>', 'last event at or after, ISO 8601')
      .option('--to <instant>', 'last event at or before')
      .option('--sort <fields>', 'such as -priority,received; - is descending', '-lastEvent')
      .option('--limit <number>', 'how many, at most 1000', '100')
      .option('--offset <number>', 'how many to leave out before them'),
  ).action(listAlarms);
  withJson(alarms.command('show <id>').description('show an alarm')).action(showAlarm);
  addChange(alarms, 'close', 'closed', 'close an alarm');
  addChange(alarms, 'reopen', 'open', 'open an alarm again');
  addChange(alarms, 'review', 'in_review', 'say that somebody looks into an alarm');
}

interface ListOptions extends JsonOption {
  readonly status?: readonly string[];
  readonly priority?: readonly string[];
  readonly suppressed?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly sort: string;
  readonly limit: string;
  readonly offset?: string;
}

interface AlarmPage {
  readonly data: readonly Alarm[];
  readonly total: number;
  readonly moment: number;
}

async function listAlarms(slug: string, options: ListOptions): Promise<void> {
  const { status, priority, suppressed = false, from, to, sort, limit, offset } = options;
  const query = {
    status: status?.join(','),
    priority: priority?.join(','),
    suppressed: String(suppressed),
    from,
    to,
    sort,
    limit,
    offset,
  };
  const path = `/organizations/${encodeURIComponent(slug)}/alarms`;
  const { data: alarms, total } = await withBelfry(({ api }) => api.get<AlarmPage>(path, query));
  printResult(outputOf(options), { alarms, total }, () =>
    alarms.length === 0 ? 'There is no such alarm.' : tableOf(alarms),
  );
  if (alarms.length < total && !options.json) note(`${alarms.length} of ${total}: see --limit and --offset`);
}

function tableOf(alarms: readonly Alarm[]): string {
  return table(
    ['ID', 'LAST EVENT', 'PRIORITY', 'STATUS', 'EVENTS', 'GROUP', 'RULE'],
    alarms.map(({ id, lastEventAt, rule, status, events, groupKey }) => [
      id,
      lastEventAt,
      rule.priorityLabel,
      status,
      events,
      printable(groupKey),
      printable(rule.title),
    ]),
  );
}

async function showAlarm(id: string, options: JsonOption): Promise<void> {
  const alarm = await withBelfry(({ api }) => api.get<AlarmDetail>(`/alarms/${encodeURIComponent(id)}`));
  printResult(outputOf(options), alarm, () => textOf(alarm));
}

function textOf(alarm: AlarmDetail): string {
  const { rule, sources, destinations } = alarm;
  const hidden = alarm.suppressed ? ', hidden' : '';
  const lines: readonly (readonly [string, string])[] = [
    ['rule', `${rule.title} (${rule.id})`],
    ['by', [rule.author, rule.licence].filter((text) => text !== '').join(', ') || '-'],
    ['about', `${rule.intent} / ${rule.strategy} / ${rule.method}`],
    ['ATT&CK', [...rule.techniques, ...rule.tactics].join(', ') || '-'],
    ['priority', `${rule.priority} (${rule.priorityLabel})`],
    ['organization', alarm.organization],
    ['status', alarm.status + hidden],
    ['events', `${alarm.events}, from ${alarm.firstEventAt} to ${alarm.lastEventAt}`],
    ['received', alarm.receivedAt],
    ['group', alarm.groupKey],
    ['sources', endpointsText(sources)],
    ['destinations', endpointsText(destinations)],
    ['seen by', alarm.sensors.join(', ')],
    ['labels', alarm.labels.join(', ') || '-'],
  ];
  return lines.map(([name, text]) => `${name.padEnd(12)}  ${printable(text)}`).join('\n');
}

function endpointsText(endpoints: AlarmDetail['sources']): string {
  const texts = endpoints.map(({ address, name, events }) => {
    const who = [address, name].filter((text) => text !== '').join(' ');
    return `${who} (${events})`;
  });
  return texts.join(', ') || '-';
}

function addChange(alarms: Command, verb: string, status: AlarmStatus, description: string): void {
  withJson(alarms.command(`${verb} <id>`).description(description)).action(async (id: string, options: JsonOption) => {
    const changed = await withBelfry(async ({ api }) => {
      const found = await api.get<AlarmDetail>(`/alarms/${encodeURIComponent(id)}`);
      return api.patch<AlarmDetail>(`/organizations/${found.organization}/alarms/${found.id}`, { status });
    });
    printResult(
      outputOf(options),
      changed,
      () => `Alarm ${changed.id} (${printable(changed.rule.title)}) is ${status}.`,
    );
  });
}
