# The image of a service. From the repository's root: docker build --build-arg SERVICE=gateway .
# SERVICE is standalone, gateway, encoder, decoder or projects. With --build-arg GPU=1 an encoder runs on an NVIDIA GPU.
ARG SERVICE=standalone
ARG NODE_IMAGE=node:22-bookworm-slim
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
# ONNX Runtime's CUDA provider is built for CUDA 13 and cuDNN 9.
ARG CUDA_IMAGE=nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04
ARG GPU=
ARG FINAL_IMAGE=${GPU:+$CUDA_IMAGE}

# The studio's files, which the gateway serves. BuildKit leaves this stage out for other services.
FROM ${NODE_IMAGE} AS studio
WORKDIR /src
# Packages are fetched again only when one of these changes.
COPY services/studio/package.json services/studio/package-lock.json services/studio/
COPY services/studio/packages/client/package.json services/studio/packages/client/
COPY services/studio/packages/decoder/package.json services/studio/packages/decoder/
RUN cd services/studio && npm ci --no-audit --no-fund --loglevel=error
COPY protos protos
COPY services/Onnx/onnx.proto services/Onnx/
COPY services/studio services/studio
RUN cd services/studio && npm run build && mkdir sbom && npm run --silent sbom >sbom/studio.cdx.json

FROM scratch AS no-studio
WORKDIR /src/services/studio/dist
WORKDIR /src/services/studio/sbom

FROM studio AS studio-of-standalone
FROM studio AS studio-of-gateway
FROM no-studio AS studio-of-encoder
FROM no-studio AS studio-of-decoder
FROM no-studio AS studio-of-projects
FROM studio-of-${SERVICE} AS studio-files

FROM ${SDK_IMAGE} AS build
WORKDIR /src
ARG SERVICE
# The CUDA image has no .NET, so the program brings its own there.
ARG GPU
ENV VARIANT="${GPU:+-p:OnnxRuntime=Gpu -p:SelfContained=true}"

# Restoring depends on these: packages are fetched again only when one of them changes.
COPY .editorconfig BannedSymbols.txt Directory.Build.* Directory.Packages.props global.json ./
COPY .config .config
COPY services/Client/*.csproj services/Client/packages*.lock.json services/Client/
COPY services/Clustering/*.csproj services/Clustering/packages*.lock.json services/Clustering/
COPY services/Common/*.csproj services/Common/packages*.lock.json services/Common/
COPY services/Decoder/*.csproj services/Decoder/packages*.lock.json services/Decoder/
COPY services/Doors/*.csproj services/Doors/packages*.lock.json services/Doors/
COPY services/Embeddings/*.csproj services/Embeddings/packages*.lock.json services/Embeddings/
COPY services/Encoder/*.csproj services/Encoder/packages*.lock.json services/Encoder/
COPY services/Formats/*.csproj services/Formats/packages*.lock.json services/Formats/
COPY services/Gateway/*.csproj services/Gateway/packages*.lock.json services/Gateway/
COPY services/Grains/*.csproj services/Grains/packages*.lock.json services/Grains/
COPY services/Identity/*.csproj services/Identity/packages*.lock.json services/Identity/
COPY services/Masks/*.csproj services/Masks/packages*.lock.json services/Masks/
COPY services/Models/*.csproj services/Models/packages*.lock.json services/Models/
COPY services/Onnx/*.csproj services/Onnx/packages*.lock.json services/Onnx/
COPY services/Projects/*.csproj services/Projects/packages*.lock.json services/Projects/
COPY services/Protocol/*.csproj services/Protocol/packages*.lock.json services/Protocol/
COPY services/Redis/*.csproj services/Redis/packages*.lock.json services/Redis/
COPY services/Sam/*.csproj services/Sam/packages*.lock.json services/Sam/
COPY services/ServiceDefaults/*.csproj services/ServiceDefaults/packages*.lock.json services/ServiceDefaults/
COPY services/Standalone/*.csproj services/Standalone/packages*.lock.json services/Standalone/
# A service's folder has its name with a capital. With CI=true packages must be those of the lock files.
ENV CI=true
RUN dotnet restore services/$(echo $SERVICE | sed 's/./\U&/') -p:ContainerImage=true $VARIANT

COPY protos protos
COPY services services
COPY --from=studio-files /src/services/studio/dist services/studio/dist
RUN folder=$(echo $SERVICE | sed 's/./\U&/') && \
    dotnet publish services/$folder --no-restore -c Release -p:ContainerImage=true $VARIANT -o /app && \
    ln -s Segmentation.$folder /app/service && \
    mkdir /keys /first-key /projects-key /data
# What the studio is made of, beside the list of the program's own packages that publishing writes.
COPY --from=studio-files /src/services/studio/sbom /app/sbom

FROM ${FINAL_IMAGE:-$RUNTIME_IMAGE} AS runtime
# The base image's own port is unset, since options choose the ports. Without its diagnostics port the runtime
# writes nowhere, so that the root can be read-only. ONNX Runtime reports to its maker unless told not to.
ENV ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0 \
    ORT_DISABLE_TELEMETRY=1
WORKDIR /app
USER 1654:1654
STOPSIGNAL SIGTERM

FROM runtime AS image-of-standalone
ENV Segmentation__Endpoints__Address=0.0.0.0
# Volumes that are mounted here belong to the program's user.
COPY --from=build --chown=1654:1654 /keys /keys
COPY --from=build --chown=1654:1654 /first-key /first-key
# Projects: mount a volume here to keep them. Without one they are gone with the container. Imports copy their file there.
ENV Segmentation__Projects__DataFolder=/data \
    TMPDIR=/data
COPY --from=build --chown=1654:1654 /data /data
EXPOSE 7080 7081
LABEL org.opencontainers.image.title="Segmentation" \
      org.opencontainers.image.description="Promptable segmentation with all tiers in one process."

FROM runtime AS image-of-gateway
ENV Segmentation__Endpoints__Address=0.0.0.0
# Volumes that are mounted here belong to the program's user.
COPY --from=build --chown=1654:1654 /keys /keys
COPY --from=build --chown=1654:1654 /first-key /first-key
COPY --from=build --chown=1654:1654 /projects-key /projects-key
EXPOSE 7080 7081
LABEL org.opencontainers.image.title="Segmentation gateway" \
      org.opencontainers.image.description="The public edge of promptable segmentation, over gRPC."

FROM runtime AS image-of-encoder
ENV Segmentation__Endpoints__Address=0.0.0.0
EXPOSE 7090 7091
LABEL org.opencontainers.image.title="Segmentation encoder" \
      org.opencontainers.image.description="Computes the embeddings of images, in batches."

# A silo listens on the address that it tells the others.
FROM runtime AS image-of-decoder
EXPOSE 7101 11111 30000
LABEL org.opencontainers.image.title="Segmentation decoder" \
      org.opencontainers.image.description="A silo that keeps hot images and decodes prompts into masks."

# Its database is PostgreSQL; pictures are in a volume or in a bucket. Imports copy their file to TMPDIR.
FROM runtime AS image-of-projects
ENV Segmentation__Endpoints__Address=0.0.0.0 \
    Segmentation__Projects__DataFolder=/data \
    TMPDIR=/data
COPY --from=build --chown=1654:1654 /data /data
EXPOSE 7095 7096 11112
LABEL org.opencontainers.image.title="Segmentation projects" \
      org.opencontainers.image.description="Pictures, annotations, reviews and runs over many pictures."

FROM image-of-${SERVICE}
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["/app/service", "--healthcheck"]
ENTRYPOINT ["/app/service"]
COPY --from=build /app ./

ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
