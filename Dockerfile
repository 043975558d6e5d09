# Build: a virtual environment from the hashed lock file. Run: that environment, nothing else, as a user without rights.
FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.lock .
RUN python3 -m venv /opt/monitor && /opt/monitor/bin/pip install --quiet --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY templates templates
COPY config config
COPY seeds seeds
RUN /opt/monitor/bin/pip install --quiet --no-deps --no-build-isolation . \
    && /opt/monitor/bin/pip uninstall --quiet --yes hatchling editables pip \
    && find /opt/monitor -name __pycache__ -prune -exec rm -rf {} +

FROM python:3.13-slim
LABEL org.opencontainers.image.title="monitor" \
      org.opencontainers.image.description="Topic monitoring with a weekly digest that says what is new" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/monitor /opt/monitor
RUN install -d -o 10001 -g 10001 /data /srv/monitor/out
ENV PATH=/opt/monitor/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MONITOR_DATA=/data
WORKDIR /srv/monitor
USER 10001:10001
VOLUME ["/data"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["monitor", "health"]
ENTRYPOINT ["monitor"]
CMD ["run"]
