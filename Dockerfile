# Gruve for any host that runs containers; docs/deploy.md says how.
FROM docker.io/library/python:3.12-slim-bookworm

WORKDIR /gruve
COPY packages.txt requirements.txt ./
RUN apt-get update \
    && xargs -a packages.txt apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir -r requirements.txt

# Not the whole folder: what changes most is copied last, and tests stay at home.
COPY .streamlit .streamlit
COPY musiccore musiccore
COPY models models
COPY ui ui
COPY pages pages
COPY streamlit_app.py LICENSE ./

# Whoever mounts a folder of theirs as the store lets user 1000 write there.
RUN useradd --uid 1000 --create-home gruve && install -d -o gruve /store
USER gruve
VOLUME /store
# With an address to show, Streamlit does not ask the internet for its own.
ENV GRUVE_STORE=/store \
    PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_BROWSER_SERVER_ADDRESS=localhost \
    STREAMLIT_SERVER_PORT=8501
EXPOSE 8501

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"STREAMLIT_SERVER_PORT\"]}/_stcore/health', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "streamlit_app.py"]
