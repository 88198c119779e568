# syntax=docker/dockerfile:1
# Checked: the commands of the first three stages, and the server and health check on what they leave. Not run: no container engine was
# available.
#
#   docker build -t belfry .
#   docker build -t belfry:servers --build-arg WITH_CHDB=0 .   # events on a ClickHouse server: 543 MB less
#   docker build -t belfry:embedded --build-arg WITH_PG=0 .    # control data in a file: no PostgreSQL client
#
# Tags move: for a release, name the base image by digest (--build-arg NODE_IMAGE=node@sha256:…).
# Debian, not Alpine: the embedded engine (chDB) is built for glibc.
ARG NODE_IMAGE=node:20-bookworm-slim

FROM ${NODE_IMAGE} AS install
WORKDIR /app
COPY package.json package-lock.json ./
# As scripts/install.mjs does it for `npm start`: by the hashes of the lockfile, and nothing that a package brings is run.
# Optional packages are not left out as a whole: libsql comes as one for each platform.
RUN npm ci --omit=dev --include=optional --ignore-scripts --no-audit --no-fund

FROM install AS build
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN node scripts/build.mjs

FROM install AS libraries
ARG WITH_CHDB=1
ARG WITH_PG=1
# What only the build needs goes.
RUN rm -rf node_modules/typescript node_modules/@types node_modules/undici-types \
 && if [ "$WITH_CHDB" = 0 ]; then rm -rf node_modules/chdb node_modules/@chdb; fi \
 && if [ "$WITH_PG" = 0 ]; then rm -rf node_modules/pg node_modules/pg-*; fi

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Belfry" \
      org.opencontainers.image.description="Self-hosted security reporting server" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
RUN groupadd --system --gid 10001 belfry \
 && useradd --system --uid 10001 --gid belfry --home-dir /data --no-create-home --shell /usr/sbin/nologin belfry \
 && install --directory --owner=belfry --group=belfry --mode=0700 /data /backups
WORKDIR /app
COPY --from=libraries /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE NOTICE ./
COPY rules rules
# `docker exec <container> belfry org list`
COPY --chmod=0755 deploy/docker/belfry /usr/local/bin/belfry
COPY deploy/docker/healthcheck.mjs healthcheck.mjs
# Queries of the embedded engine run on libuv's pool, whose size must be known before Node starts.
ENV NODE_ENV=production \
    UV_THREADPOOL_SIZE=16 \
    BELFRY_HOST=0.0.0.0 \
    BELFRY_DATA=/data \
    BELFRY_DEMO=0
USER belfry
# Backups go to a disk of their own.
VOLUME ["/data", "/backups"]
EXPOSE 8787
# A first start migrates both stores, which may take a while; a store that is gone is no reason to restart Belfry.
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=4 CMD ["node", "healthcheck.mjs"]
# The exec form makes node process 1, which gets SIGTERM itself.
CMD ["node", "dist/main.js", "serve"]
