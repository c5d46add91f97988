# syntax=docker/dockerfile:1
# The service and its workers: docker build -t udaseg . (TORCH_BACKEND=cuda for NVIDIA devices). How it is run: compose.yaml.

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
ARG TORCH_BACKEND=cpu
WORKDIR /src
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props .editorconfig ./
COPY build build
COPY UdaSeg.Domain UdaSeg.Domain
COPY UdaSeg.Infrastructure UdaSeg.Infrastructure
COPY UdaSeg.Api UdaSeg.Api
# The package cache is a mount: it serves the next build and is in no layer. Links into it would break in the next stage, so files are copied.
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish UdaSeg.Api -c Release -o /app -p:TorchBackend=${TORCH_BACKEND} -p:CreateSymbolicLinksForCopyLocalIfPossible=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
# For backup and restore of PostgreSQL. All else that the native libraries need is in the base image (C and C++ runtime) or beside them (OpenMP).
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
LABEL org.opencontainers.image.title="UdaSeg" \
      org.opencontainers.image.description="Unsupervised domain adaptation of segmentation models as a service" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /app .
RUN install -d -o 1654 -g 1654 /data
ENV ASPNETCORE_URLS=http://0.0.0.0:8080 \
    UdaSeg__DataRoot=/data \
    DOTNET_CLI_TELEMETRY_OPTOUT=1
VOLUME /data
EXPOSE 8080
# By number, so that an orchestrator can see that it is not root.
USER 1654:1654
HEALTHCHECK --interval=15s --timeout=12s --start-period=60s CMD ["dotnet", "UdaSeg.Api.dll", "health", "--url", "http://127.0.0.1:8080"]
ENTRYPOINT ["dotnet", "UdaSeg.Api.dll"]
