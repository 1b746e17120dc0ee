FROM python:3.13-slim-bookworm AS build

WORKDIR /opt/quotidian
ENV PATH=/opt/quotidian/.venv/bin:$PATH \
    PIP_NO_CACHE_DIR=1 \
    UV_NO_CACHE=1 \
    VIRTUAL_ENV=/opt/quotidian/.venv
COPY . .
# The installer's own lines of the lock, then the program with the lock as a constraint: what it needs to run, at the
# locked versions and hashes, without the development tools.
RUN python -m venv .venv \
    && sed -n '/^uv==/,/# via/p' requirements.lock > installer.lock \
    && pip install --require-hashes --requirement installer.lock \
    && uv pip install --constraint requirements.lock --build-constraint requirements.lock --editable . \
    && uv pip uninstall uv pip \
    && python -m compileall -q app


FROM python:3.13-slim-bookworm

RUN useradd --system --uid 10001 --no-create-home quotidian \
    && install --directory --owner=quotidian --mode=0700 /data
COPY --from=build /opt/quotidian /opt/quotidian
WORKDIR /opt/quotidian
ENV PATH=/opt/quotidian/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    QUOTIDIAN_DATA_DIR=/data
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["quotidian"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
