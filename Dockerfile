# Tessera as a container: the binary with the Swift runtime in it, on a slim Debian, without root.
#
#   docker build -t tessera .
#   docker run -d --name tessera -p 8080:8080 -v tessera:/var/lib/tessera tessera
#   docker exec tessera cat /var/lib/tessera/initial-admin-password
#
# Configuration comes as TESSERA_… variables; the master key best as a secret: TESSERA_MASTER_KEY_FILE=/run/secrets/….

FROM swift:6.3-bookworm AS build
WORKDIR /src
COPY Scripts/system-libraries Scripts/build-release Scripts/
RUN Scripts/system-libraries
COPY Package.swift ./
COPY Sources Sources
COPY Examples/ProtectedAPI Examples/ProtectedAPI
COPY Tests Tests
RUN Scripts/build-release \
    && install -D -m 755 "$(Scripts/build-release --show-bin-path)/tessera" /out/usr/local/bin/tessera \
    && install -d -m 700 -o 65532 -g 65532 /out/var/lib/tessera

FROM debian:bookworm-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends ca-certificates libcrypt1 libpq5 libsodium23 libsqlite3-0 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/ /
USER 65532:65532
WORKDIR /var/lib/tessera
VOLUME /var/lib/tessera
ENV TESSERA_DATA_DIRECTORY=/var/lib/tessera \
    TESSERA_LISTEN=0.0.0.0:8080
EXPOSE 8080
# Gracefully: requests finish, then exit 0.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["tessera", "health"]
ENTRYPOINT ["tessera"]
CMD ["serve"]
