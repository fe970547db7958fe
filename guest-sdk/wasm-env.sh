#!/bin/sh
# Prints the environment in which plain `cargo build --target wasm32-unknown-unknown` writes components:
#
#     eval "$(guest-sdk/wasm-env.sh)"
#
# With `rustup target add wasm32-unknown-unknown` that is one linker. Without the target, Debian's compiler is used
# (rustc-web, rust-web-src, lld): its standard library is built once, about a minute, into a sysroot of our own.
set -eu

target=wasm32-unknown-unknown
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cache=${LIGHTSHIP_CACHE:-$root/.cache}

fail() {
    echo "$0: $*" >&2
    exit 1
}

# Whether this compiler brings the target's standard library.
has_std() {
    ls "$("$1" --print target-libdir --target $target)"/libstd-*.rlib >/dev/null 2>&1
}

# The linker that turns a core module into a component stands among the tools of most Rust toolchains; a compiler finds those of its
# own sysroot by name, others need the path.
component_linker() {
    for compiler in "$1" rustc; do
        host=$("$compiler" -vV 2>/dev/null | sed -n 's/^host: //p')
        tool=$("$compiler" --print sysroot 2>/dev/null)/lib/rustlib/$host/bin/wasm-component-ld
        if [ -x "$tool" ]; then
            echo "$tool"
            return
        fi
    done
    command -v wasm-component-ld || fail "no wasm-component-ld; cargo install wasm-component-ld"
}

say() {
    echo "export $1='$2'"
}

linker=CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER

if has_std rustc; then
    found=$(component_linker rustc)
    say $linker "$found"
    exit 0
fi

compiler=$(PATH=/usr/local/bin:/usr/bin:/bin command -v rustc) && [ -n "$(find /usr/lib/rustlib/src/ -maxdepth 1 -name rust 2>/dev/null)" ] ||
    fail "no standard library for $target: rustup target add $target, or apt-get install rustc-web rust-web-src lld"
found=$(component_linker "$compiler")
release=$("$compiler" -vV | sed -n 's/^release: //p')
sysroot=$cache/sysroot-$release
libraries=$sysroot/lib/rustlib/$target/lib

if ! [ -e "$libraries/complete" ]; then
    echo "building the standard library of $target once, about a minute" >&2
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir "$work/src"
    : >"$work/src/lib.rs"
    cat >"$work/Cargo.toml" <<MANIFEST
[package]
name = "nothing"
edition = "2021"

[profile.release]
panic = "abort"

[workspace]
MANIFEST
    # Bitcode in the libraries lets guests be optimised as a whole (lto).
    (
        cd "$work"
        RUSTC=$compiler RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=target CARGO_ENCODED_RUSTFLAGS='-Cembed-bitcode=yes' \
            cargo build --quiet --release --target $target -Z build-std=std,panic_abort >&2
    )
    rm -rf "$libraries"
    mkdir -p "$libraries"
    cp "$work/target/$target/release/deps/"lib*.rlib "$libraries/"
    rm -f "$libraries"/libnothing-*
    : >"$libraries/complete"
fi

say RUSTC "$compiler"
say $linker "$found"
say CARGO_ENCODED_RUSTFLAGS "--sysroot=$sysroot"
