# Build: a virtual environment from the hashed lock file. Run: that environment, nothing else, as a user without rights.
FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.lock .
RUN python3 -m venv /opt/monitor && /opt/monitor/bin/pip install --quiet --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY templates templates
COPY config config
COPY seeds seeds
RUN /opt/monitor/bin/pip install --quiet --no-deps --no-build-isolation . \
    && /opt/monitor/bin/pip check \
    && /opt/monitor/bin/pip uninstall --quiet --yes hatchling editables trove-classifiers pathspec pluggy pip \
    && find /opt/monitor -name __pycache__ -prune -exec rm -rf {} +
# Out: 32 MB of locale data, which Babel has for a language filter of courlan that nothing here calls.
# In: compiled modules, of what a digest and a health check import and nothing else; the container could not write them later.
RUN rm -rf /opt/monitor/lib/python3*/site-packages/babel/locale-data \
    && mkdir warm && cp -r config warm/ && : > warm/config/feeds.toml \
    && /opt/monitor/bin/monitor --config warm/config --data warm/data run --once \
    && /opt/monitor/bin/monitor --config warm/config --data warm/data digest --dry-run > /dev/null

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
