#!/usr/bin/env bash
# One unusual DNS name, three query logs.
#
# Guess:   a query log shows the name that was asked for, in the presentation format of RFC 1035 section 5.1 (`\.`, `\DDD`).
# In fact: only BIND does. dnsmasq writes a blank as it is, so that the name is two words of the line, and writes every name
#          that has a byte outside of printable ASCII, or a dot inside a label, as the same text `<name unprintable>`. Unbound
#          writes `?` for every such byte, the backslash included, so that five names become one.
# So:      a count of names over these logs merges names that differ, and a reader that splits dnsmasq's line at blanks takes a part of
#          the name for all of it. The class is lost in dnsmasq's line as well: a CHAOS query looks like one of class IN.
# Version: dnsmasq 2.90-4~deb12u2, unbound 1.17.1-2+deb12u4, bind9 9.18.49-1~deb12u3 (Debian 12)
# Source:  the programs themselves, run on loopback with queries made by hand
set -euo pipefail
folder=$(mktemp -d)
server=0
trap 'if [ "$server" != 0 ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$folder"' EXIT
cd "$folder"

apt-get download -qq dnsmasq-base=2.90-4~deb12u2 libnetfilter-conntrack3 libnfnetlink0 libnftables1 libnftnl11 \
  unbound=1.17.1-2+deb12u4 libprotobuf-c1 \
  bind9=1:9.18.49-1~deb12u3 bind9-libs=1:9.18.49-1~deb12u3 libfstrm0 libjemalloc2 liblmdb0 libmaxminddb0 2>/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$folder/root/usr/lib/x86_64-linux-gnu:$folder/root/lib/x86_64-linux-gnu"

cat > ask.mjs <<'JS'
import dgram from 'node:dgram';
const [, , port, ...bytes] = process.argv;
const label = (text) => Buffer.concat([Buffer.from([text.length]), text]);
const socket = dgram.createSocket('udp4');
for (const [index, byte] of bytes.entries()) {
  const [value, qclass] = byte.split('/').map(Number);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(index + 1, 0);
  head.writeUInt16BE(0x0100, 2);
  head.writeUInt16BE(1, 4);
  const name = [Buffer.from([0x61, value, 0x62]), Buffer.from('example'), Buffer.from('test')].map(label);
  const tail = Buffer.from([0, 0, 1, 0, qclass]);
  socket.send(Buffer.concat([head, ...name, tail]), Number(port), '127.0.0.1');
  await new Promise((resolve) => setTimeout(resolve, 100));
}
setTimeout(() => socket.close(), 500);
JS
# The byte between "a" and "b" of the first label, and the class: a blank, a dot, a tab, a backslash, 0xE9; then "x" in CHAOS.
ask() { node ask.mjs "$1" 32/1 46/1 9/1 92/1 233/1 120/3; }
stop() { kill "$server"; wait "$server" 2>/dev/null || true; server=0; }

root/usr/sbin/dnsmasq --no-daemon --conf-file=/dev/null --port=5311 --listen-address=127.0.0.1 --bind-interfaces --no-resolv \
  --no-hosts --local=/test/ --log-queries --log-facility=- --user=root --pid-file > dnsmasq.log 2>&1 &
server=$!; sleep 1; ask 5311; stop
cat > unbound.conf <<CONF
server:
  interface: 127.0.0.1@5312
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "$folder"
  pidfile: "$folder/unbound.pid"
  use-syslog: no
  logfile: ""
  log-queries: yes
  local-zone: "test." static
CONF
root/usr/sbin/unbound -c unbound.conf > unbound.log 2>&1 &
server=$!; sleep 1; ask 5312; stop
cat > named.conf <<CONF
options { directory "$folder"; listen-on port 5313 { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; querylog yes;
  pid-file "$folder/named.pid"; session-keyfile "$folder/session.key"; };
controls { };
CONF
root/usr/sbin/named -g -c named.conf > named.log 2>&1 &
server=$!; sleep 2; ask 5313; stop

{
  echo dnsmasq; sed -n 's/.*: \(query\[.*\) from .*/\1/p' dnsmasq.log
  echo unbound; sed -n 's/.*info: 127.0.0.1 //p' unbound.log
  echo bind; sed -n 's/.*: query: \(.*\) + .*/\1/p' named.log
} > seen.txt
cat seen.txt
diff seen.txt - <<'EXPECTED' && echo 'as found'
dnsmasq
query[A] a b.example.test
query[A] <name unprintable>
query[A] <name unprintable>
query[A] a\b.example.test
query[A] <name unprintable>
query[A] axb.example.test
unbound
a?b.example.test. A IN
a?b.example.test. A IN
a?b.example.test. A IN
a?b.example.test. A IN
a?b.example.test. A IN
axb.example.test. A CH
bind
a\032b.example.test IN A
a\.b.example.test IN A
a\009b.example.test IN A
a\\b.example.test IN A
a\233b.example.test IN A
axb.example.test CH A
EXPECTED
