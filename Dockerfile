# The endpoint as an image: two stages, so that nothing of the build is in it; no root, no shell needed.
#   docker build -t changetrack . && docker run -p 127.0.0.1:3000:3000 -e CHANGETRACK_API_KEYS=secret changetrack

FROM python:3.13-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/changetrack
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY src src
# What is in the image besides the library: server; or monitor,notify,postgres for workers as well.
ARG EXTRAS=server
# The pins are those that the tests run with; the build tool is pinned by pyproject.toml itself.
RUN PIP_BUILD_CONSTRAINT=constraints.txt /opt/changetrack/bin/pip install \
    --no-cache-dir --constraint constraints.txt ".[${EXTRAS}]" \
 && /opt/changetrack/bin/pip uninstall --yes pip

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin changetrack
COPY --from=build /opt/changetrack /opt/changetrack
ENV PATH=/opt/changetrack/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    CHANGETRACK_HOST=0.0.0.0
USER 10001:10001
EXPOSE 3000
# Asked through Python, because a slim image has no curl. The port is the one inside; Kubernetes may
# set the variable to tcp://… for a service of this name, which is no port.
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as r; p = os.environ.get('CHANGETRACK_PORT', ''); r.urlopen(f\"http://127.0.0.1:{p if p.isdigit() else 3000}/health\", timeout=2)"]
# Beyond loopback the server wants CHANGETRACK_API_KEYS, and says so when it has none.
ENTRYPOINT ["changetrack", "serve"]
