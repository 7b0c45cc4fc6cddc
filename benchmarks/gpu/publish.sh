#!/usr/bin/env bash
# Publishes the benchmarks as one file with the runtime inside, to be carried to a machine with a GPU (at most 64 MB),
# where nothing need be installed but the driver:
#   benchmarks/gpu/publish.sh && artifacts/gpu/TuneGraph.Benchmarks gpu
# Never trimmed and never compiled ahead of time: ILGPU reads the code of its kernels by reflection. It is made in a copy
# of the tree, since the runtime's packages would go into the lock files.
set -euo pipefail
cd "$(dirname "$0")/../.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar --exclude=./artifacts --exclude=./.git -cf - . | tar -xf - -C "$copy"
dotnet publish "$copy/benchmarks/TuneGraph.Benchmarks.csproj" -c Release -r linux-x64 --self-contained -o artifacts/gpu \
  -p:PublishSingleFile=true -p:EnableCompressionInSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true \
  -p:DebugType=none -v quiet
bytes=$(stat -c %s artifacts/gpu/TuneGraph.Benchmarks)
echo "artifacts/gpu/TuneGraph.Benchmarks: $((bytes / 1000000)) MB"
[ "$bytes" -le 64000000 ] || { echo "More than 64 MB: too large to carry." >&2; exit 1; }
