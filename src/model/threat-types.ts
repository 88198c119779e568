/** A kind of threat, as Umbrella names it (spec umbrella.md, section 11). */
export interface ThreatType {
  readonly name: string;
  readonly description: string;
}

export const THREAT_TYPES: readonly ThreatType[] = [
  ['Advanced Persistent Threat (APT)', 'A group that stays in a network unnoticed for a long time to steal or spy.'],
  ['Adware', 'Software that shows unwanted advertisements and often follows what its user does.'],
  ['Backdoor', 'A hidden way into a system around its authentication.'],
  ['Botnet', 'Computers that take orders from an attacker through a common command channel.'],
  ['Browser Hijacker', 'Software that changes browser settings to send its user to pages nobody asked for.'],
  ['Bulletproof Hosting', 'Hosting that ignores complaints and so shelters malicious content.'],
  ['Cryptojacking', 'Use of somebody else’s computer to mine cryptocurrency.'],
  ['Drive-by Download', 'Malicious software that installs itself when a page is visited.'],
  ['Dropper', 'A program whose purpose is to install other malicious software.'],
  ['Exploit Kit', 'A set of ready exploits that a page tries against its visitors.'],
  ['Fast Flux Botnet', 'A botnet whose names change addresses every few minutes to escape blocking.'],
  ['Information Stealer', 'Software that collects passwords, keystrokes or files and sends them away.'],
  ['Malvertising', 'Advertisements that carry or lead to malicious software.'],
  ['Mobile Trojan', 'A trojan for telephones and tablets.'],
  ['Phishing', 'Pages and messages that pose as somebody trusted to obtain credentials or money.'],
  ['Point-of-Sale Malware', 'Software that reads payment cards from the memory of cash registers.'],
  ['Ransomware', 'Software that encrypts or withholds data until a ransom is paid.'],
  ['Remote Access Trojan', 'A trojan that gives an attacker control of the computer it runs on.'],
  ['Rootkit', 'Software that hides itself and others deep in the operating system.'],
  ['Scareware', 'Software that frightens its user with false warnings into paying or installing something.'],
  ['Sinkhole', 'A name once used by malicious software that now leads to a harmless server of researchers.'],
  ['Spam', 'Unwanted bulk messages and the machinery that sends them.'],
  ['Spyware', 'Software that watches its user and reports to a third party.'],
  ['Trojan', 'Malicious software that poses as something useful.'],
  ['Worm', 'Malicious software that spreads from computer to computer by itself.'],
].map(([name = '', description = '']) => ({ name, description }));
