#!/bin/sh
# Builds the bundled transforms, and the hostile guests of the tests, into .cache/guests/.
#
#     guest-sdk/build.sh             only that; the tests compare what was built with what is committed
#     guest-sdk/build.sh --commit    and copies the bundled ones to transforms/bundled/, which the appliance embeds
set -eu

sdk=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$sdk")
cache=${LIGHTSHIP_CACHE:-$root/.cache}
target=wasm32-unknown-unknown
most=200000

environment=$("$sdk/wasm-env.sh")
eval "$environment"

each() {
    for workspace in "$sdk" "$root/tests/guests"; do
        (cd "$workspace" && "$@")
    done
}

each cargo fetch --quiet --locked

# Panics name source files: no component tells where on which machine it was built. The flags are separated by the unit separator.
separator=$(printf '\037')
flags=${CARGO_ENCODED_RUSTFLAGS:+$CARGO_ENCODED_RUSTFLAGS$separator}--remap-path-prefix=$root=lightship
for registry in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
    flags=$flags$separator--remap-path-prefix=${registry%/}=crates
done
export CARGO_ENCODED_RUSTFLAGS="$flags" CARGO_TARGET_DIR="$cache/guests-target"

each cargo build --quiet --locked --release --target $target --workspace
rm -rf "$cache/guests"
mkdir -p "$cache/guests"
cp "$CARGO_TARGET_DIR/$target/release/"*.wasm "$cache/guests/"

for name in traffic devices; do
    size=$(wc -c <"$cache/guests/$name.wasm")
    if [ "$size" -gt $most ]; then
        echo "$0: $name.wasm has $size bytes, more than $most" >&2
        exit 1
    fi
    if [ "${1:-}" = --commit ]; then
        cp "$cache/guests/$name.wasm" "$sdk/transforms/bundled/"
    fi
done
