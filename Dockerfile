# One image for all of Tanggap's services (docker-compose.yml says which command each runs).
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# Chromium takes the screenshots of complaints, steered through Playwright's driver (libatomic1); people write with emoji.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends chromium chromium-sandbox libatomic1 fonts-dejavu-core fonts-liberation fonts-noto-color-emoji tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home --shell /usr/sbin/nologin tanggap \
    && install --directory --owner=tanggap --group=tanggap --mode=0700 /data /content

WORKDIR /app
COPY requirements.lock ./
# Google's client brings along the descriptions of all its services, 110 MB; YouTube's is used. Playwright's driver is
# asked for its version, for otherwise nothing but the screenshots would tell that it lacks a library.
RUN pip install --require-hashes --requirement requirements.lock \
    && find /usr/local/lib -path '*/discovery_cache/documents/*' ! -name youtube.v3.json -delete \
    && playwright --version
COPY . .
# Compiled here: at run time nothing but /data, /content and /tmp can be written.
RUN python -m compileall -q config connectors moderation offices scheduler \
    && for file in config/locale/*/LC_MESSAGES/*.po; do \
        python -m babel.messages.frontend compile --input-file "$file" --output-file "${file%.po}.mo"; \
    done

ENV TANGGAP_DATA=/data TANGGAP_CONTENT=/content
USER tanggap
VOLUME ["/data", "/content"]
EXPOSE 8000

# tini collects the processes that Chromium leaves behind.
ENTRYPOINT ["tini", "--"]
CMD ["python", "manage.py", "web", "--host", "0.0.0.0"]
