/**
 * Sigma's flat name of a member, by its path in the shapes that Windows events are written in. Paths below `System` and
 * `EventData` that are not here keep their own names.
 */
export const FLAT_NAMES: Readonly<Record<string, string>> = {
  // Velociraptor writes numbers with names beside them.
  'System.EventID.Value': 'EventID',
  'RenderingInfo.Message': 'Message',

  // Winlogbeat 7 and later.
  'winlog.event_id': 'EventID',
  'event.code': 'EventID',
  'winlog.channel': 'Channel',
  'winlog.provider_name': 'Provider_Name',
  'event.provider': 'Provider_Name',
  'winlog.provider_guid': 'Provider_Guid',
  'winlog.computer_name': 'Computer',
  'winlog.record_id': 'EventRecordID',
  'winlog.version': 'Version',
  'winlog.task': 'Task',
  'winlog.opcode': 'Opcode',
  'winlog.keywords': 'Keywords',
  'winlog.process.pid': 'Execution_ProcessID',
  'winlog.process.thread.id': 'Execution_ThreadID',
  'winlog.activity_id': 'Correlation_ActivityID',
  'winlog.related_activity_id': 'Correlation_RelatedActivityID',
  'winlog.user.identifier': 'Security_UserID',
  'log.level': 'Level',
  message: 'Message',

  // Winlogbeat before 7.
  event_id: 'EventID',
  log_name: 'Channel',
  source_name: 'Provider_Name',
  provider_guid: 'Provider_Guid',
  computer_name: 'Computer',
  record_number: 'EventRecordID',
  process_id: 'Execution_ProcessID',
  thread_id: 'Execution_ThreadID',
  activity_id: 'Correlation_ActivityID',
  'user.identifier': 'Security_UserID',
  level: 'Level',
  task: 'Task',
  opcode: 'Opcode',
  keywords: 'Keywords',
  version: 'Version',

  // NXLog.
  SourceName: 'Provider_Name',
  ProviderGuid: 'Provider_Guid',
  Hostname: 'Computer',
  RecordNumber: 'EventRecordID',
  ExecutionProcessID: 'Execution_ProcessID',
  ProcessID: 'Execution_ProcessID',
  ExecutionThreadID: 'Execution_ThreadID',
  ThreadID: 'Execution_ThreadID',
  ActivityID: 'Correlation_ActivityID',
  RelatedActivityID: 'Correlation_RelatedActivityID',
  UserID: 'Security_UserID',
};

/** Members that say nothing: name spaces, and the record once more, as XML or text. */
export const NOISE: readonly string[] = ['xmlns', 'event.original'];

/** Second names, by which Sigma's rules for processes and connections know the fields of the security log. */
export const AUDIT_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  4688: { NewProcessName: 'Image', ParentProcessName: 'ParentImage' },
  5156: {
    Application: 'Image',
    SourceAddress: 'SourceIp',
    DestAddress: 'DestinationIp',
    DestPort: 'DestinationPort',
  },
};
