# syntax=docker/dockerfile:1
# Builds Imprint and runs it, on the platform it is built for (linux/amd64, linux/arm64):
#   docker build -t imprint:0.1.0-SNAPSHOT .
#   docker run --rm --read-only --tmpfs /tmp:exec -v imprint-data:/data -p 127.0.0.1:8080:8080 \
#     -e IMPRINT_KAFKA=broker.example:9092 imprint:0.1.0-SNAPSHOT
# /tmp must allow exec: Kafka's compression unpacks its native libraries there.

FROM maven:3.9.16-eclipse-temurin-17 AS build
WORKDIR /build
COPY . .
# The tests need files that are not copied here; they have been run before.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -Dmaven.test.skip=true -Dspotless.check.skip package \
    && mkdir /imprint \
    && tar -xzf target/imprint-*.tar.gz --strip-components=1 -C /imprint

FROM eclipse-temurin:17.0.20.1_1-jre-noble
LABEL org.opencontainers.image.title="Imprint" \
      org.opencontainers.image.description="Classifies the images of a Kafka topic, and learns from labels" \
      org.opencontainers.image.licenses="Apache-2.0"

# A number, so that an orchestrator can tell that it is not root.
# /data: state stores and embeddings; both can be rebuilt from Kafka, which takes time.
# /cache, its home: TensorFlow's native libraries (650 MB) are unpacked there at the first start, in
#   three seconds. JavaCPP wants to write there, so they cannot be unpacked into the image.
RUN groupadd --gid 10001 imprint \
    && useradd --uid 10001 --gid imprint --no-create-home --home-dir /cache imprint \
    && install -d -o imprint -g imprint /data /cache
COPY --from=build /imprint /opt/imprint
# For quicker starts with exactly this Java. They are possible without, as under an emulator that lacks
# TensorFlow's instructions.
RUN mkdir /tmp/home \
    && { IMPRINT_JAVA_OPTS=-Duser.home=/tmp/home /opt/imprint/bin/store-classes || echo "without stored classes"; } \
    && rm -rf /tmp/home

ENV IMPRINT_KAFKA=localhost:9092 IMPRINT_HTTP_AUTH=users
USER 10001:10001
WORKDIR /data
VOLUME ["/data", "/cache"]
EXPOSE 8080
STOPSIGNAL SIGTERM

# Fails only if a restart helps; curl is part of the base image.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/health/live"]

# The script replaces itself with Java, so the signal reaches Java, which shuts down in an orderly way.
ENTRYPOINT ["/opt/imprint/bin/imprint"]
CMD ["serve", "--config", "/opt/imprint/config/container.yaml"]
