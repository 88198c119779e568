#!/usr/bin/env bash
# `restic backup` of two folders, one of which is gone.
#
# Guess:   exit code 3 (some source data could not be read), as for a file without read permission, or an error message in JSON.
# In fact: exit code 0 and an ordinary summary on standard output; `--json` leaves a line of plain text on standard error, nothing more.
#          BorgBackup 1.2.4 ends the same with exit code 1 and a WARNING in its JSON log.
# So:      a disk that is not mounted is a successful backup to a monitor that reads exit code and JSON. What tells is the snapshot's `paths`,
#          which leave the missing folder out, compared with what should be there.
# Version: restic 0.14.0-1+b5 (Debian 12)
# Source:  the program itself
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq restic=0.14.0-1+b5 2>/dev/null
dpkg -x restic_*.deb root
export PATH="$folder/root/usr/bin:$PATH" HOME="$folder" RESTIC_PASSWORD=secret RESTIC_REPOSITORY="$folder/repository"
mkdir -p work/source && echo hello > work/source/file
restic init -q

cd work
status=0
restic backup --json source gone > out.txt 2> err.txt || status=$?
echo "exit $status"
tail -n 1 out.txt
cat err.txt
paths=$(restic snapshots --json)
echo "$paths"
[ "$status" = 0 ]
[ "$(cat err.txt)" = 'gone does not exist, skipping' ]
tail -n 1 out.txt | grep -q '"message_type":"summary".*"total_files_processed":1,'
! grep -q gone out.txt
grep -q '/source"' <<< "$paths" && ! grep -q gone <<< "$paths" && echo 'as found'
