#!/usr/bin/env bash
# The summary of `restic backup --dry-run --json` names a snapshot.
#
# Guess:   a summary with a snapshot_id is a backup that can be restored.
# In fact: a dry run prints a whole summary, with sizes, duration and a snapshot_id, and the repository has no such snapshot.
#          Only `"dry_run":true` at the end of the line says so.
# So:      a reader of restic's output must look at dry_run before it counts a backup.
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
summary=$(restic backup --dry-run --json source | tail -n 1)
echo "$summary"
id=$(sed -n 's/.*"snapshot_id":"\([0-9a-f]\{8\}\)".*/\1/p' <<< "$summary")
[ -n "$id" ] && grep -q '"files_new":1' <<< "$summary" && grep -q '"dry_run":true' <<< "$summary"
snapshots=$(restic snapshots --json)
echo "snapshots: $snapshots"
[ "$snapshots" = '[]' ] && echo 'as found'
