#!/usr/bin/env bash
# Paths of the files in a snapshot against the paths of the snapshot.
#
# Guess:   `restic ls --json` lists nodes below the folders that its first line, the snapshot, has in `paths`.
# In fact: `paths` is made absolute, the nodes keep the path as it was given: a backup of `source` in /w has paths ["/w/source"] and
#          nodes "/source", "/source/file".
# So:      joining nodes to snapshots by path, or asking whether a file was backed up by its absolute path, finds nothing for relative sources.
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
restic backup -q source
restic ls --json latest > ls.txt
cat ls.txt
grep -q '"paths":\["'"$folder"'/work/source"\].*"struct_type":"snapshot"' ls.txt
grep -q '"path":"/source/file".*"struct_type":"node"' ls.txt
! grep '"struct_type":"node"' ls.txt | grep -q "$folder" && echo 'as found'
