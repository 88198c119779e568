#!/usr/bin/env bash
# A bill of materials without development packages, as `npm sbom --omit=dev` writes it.
#
# Guess:   it lists what `npm ls --omit=dev --all` and `npm install --omit=dev` do: everything that runs.
# In fact: a package that a development package needs as well is left out, even where it is a direct dependency of the application. Both
#          formats, CycloneDX and SPDX, with and without --package-lock-only; no warning, exit code 0.
# So:      such a bill of materials misses packages that ship, and a scan of it finds nothing in them. A list from a lockfile without development
#          packages is whole; comparing the list with the lockfile shows the gap.
# Version: npm 11.19.1, on Node 20.20
# Source:  the program itself
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir tool app
(cd tool && npm install --silent --no-audit --no-fund npm@11.19.1)
npm_11() { node "$folder/tool/node_modules/npm/bin/npm-cli.js" "$@"; }

cd app
# debug 4.4.0 depends on ms.
echo '{"name":"app","version":"1.0.0","dependencies":{"ms":"2.1.3"},"devDependencies":{"debug":"4.4.0"}}' > package.json
npm_11 install --silent --no-audit --no-fund
echo 'npm ls --omit=dev:'
npm_11 ls --omit=dev --all | tee ls.txt
grep -q 'ms@2.1.3' ls.txt
for format in cyclonedx spdx; do
  for lock in '' --package-lock-only; do
    npm_11 sbom --sbom-format $format --omit=dev $lock > sbom.json
    echo "npm sbom --sbom-format $format --omit=dev $lock: $(grep -c 'pkg:npm/ms@' sbom.json || true) mention of ms"
    ! grep -q 'pkg:npm/ms@' sbom.json
  done
  npm_11 sbom --sbom-format $format > sbom.json
  grep -q 'pkg:npm/ms@2.1.3' sbom.json
done
echo 'as found'
