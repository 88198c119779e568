#!/usr/bin/env bash
# When did an archive begin? It depends on where one reads it.
#
# Guess:   `borg info --json` shows the time that was stored, in the zone of the machine that made the backup.
# In fact: it shows the zone of the process that reads, and writes no zone: the same archive begins at two times for two readers,
#          neither of which says so. `--timestamp`, in the same form, is UTC. (Log lines of `--log-json` have Unix time.)
# So:      times of Borg's JSON can be used only together with the zone of the command that printed them.
# Version: borgbackup 1.2.4-1 (Debian 12)
# Source:  the program itself
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq borgbackup=1.2.4-1 python3-msgpack python3-packaging 2>/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export PATH="$folder/root/usr/bin:$PATH" PYTHONPATH="$folder/root/usr/lib/python3/dist-packages" HOME="$folder" BORG_BASE_DIR="$folder/borg"
mkdir source && echo hello > source/file
BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes borg init -e none repository 2>/dev/null
TZ=Asia/Tokyo borg create --timestamp 2026-11-30T12:00:00 repository::one source
start() { TZ=$1 borg info --json repository::one 2>/dev/null | sed -n 's/.*"start": "\(.*\)".*/\1/p'; }
for zone in Asia/Tokyo UTC America/New_York; do echo "$zone: $(start $zone)"; done > seen.txt
cat seen.txt
diff seen.txt - <<'EXPECTED' && echo 'as found'
Asia/Tokyo: 2026-11-30T21:00:00.000000
UTC: 2026-11-30T12:00:00.000000
America/New_York: 2026-11-30T07:00:00.000000
EXPECTED
