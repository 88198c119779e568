import { SEVERITIES } from '../../model/event.ts';

/** Zeek gives notices no severity. A note that is not here, or whose module is not, is `medium`. */
export const DEFAULT_NOTICE_SEVERITY = SEVERITIES.medium;

/** Severity by note, or by module (the part before `::`) where all its notes weigh the same. */
export const NOTICE_SEVERITIES: Readonly<Record<string, number>> = {
  'TeamCymruMalwareHashRegistry::Match': SEVERITIES.high,
  'Intel::Notice': SEVERITIES.high,
  'Heartbleed::SSL_Heartbeat_Attack': SEVERITIES.high,
  'Heartbleed::SSL_Heartbeat_Attack_Success': SEVERITIES.high,
  'HTTP::SQL_Injection_Attacker': SEVERITIES.high,
  'HTTP::SQL_Injection_Victim': SEVERITIES.high,
  'FTP::Site_Exec_Success': SEVERITIES.high,
  'SSH::Login_By_Password_Guesser': SEVERITIES.high,
  'Signatures::Sensitive_Signature': SEVERITIES.high,
  ATTACK: SEVERITIES.high,
  'SSL::Certificate_Expired': SEVERITIES.low,
  'SSL::Certificate_Expires_Soon': SEVERITIES.low,
  'SSL::Certificate_Not_Valid_Yet': SEVERITIES.low,
  'SSL::Invalid_Server_Cert': SEVERITIES.low,
  'SSL::Old_Version': SEVERITIES.low,
  'SSL::Weak_Cipher': SEVERITIES.low,
  'SSL::Weak_Key': SEVERITIES.low,
  'SSH::Interesting_Hostname_Login': SEVERITIES.low,
  'CaptureLoss::Too_Much_Loss': SEVERITIES.very_low,
  'CaptureLoss::Too_Little_Traffic': SEVERITIES.very_low,
  'PacketFilter::Dropped_Packets': SEVERITIES.very_low,
  'Software::Software_Version_Change': SEVERITIES.very_low,
};
