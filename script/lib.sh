# script/lib.sh -- what the scripts share. Sourced, not run.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
jobs="${TC_JOBS:-$(nproc 2>/dev/null || echo 2)}"

have() { command -v "$1" >/dev/null 2>&1; }

# Prints the header comment of the calling script, which is its help.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p;}' "$0"; }

# compiler_env COMPILER: sets CXX (through ccache when there) and the linker for meson setup.
compiler_env() {
  if have ccache; then export CXX="ccache $1"; else export CXX="$1"; fi
  # A file that is not in the cache is not preprocessed first, to be looked up by its text.
  export CCACHE_DEPEND="${CCACHE_DEPEND:-1}"
  # A precompiled header is hashed by its content; its date says nothing.
  export CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}"
  if have mold; then export CXX_LD=mold; elif have ld.lld; then export CXX_LD=lld; fi
}

# configure COMPILER DIR OPTION...: meson setup, again with the same options when DIR exists.
configure() {
  local compiler="$1" dir="$2"
  shift 2
  compiler_env "$compiler"
  if [ -f "$dir/build.ninja" ]; then
    meson configure "$dir" "$@"
  else
    rm -rf "$dir"
    meson setup "$dir" "$root" "$@"
  fi
}

# clang_tool NAME: the clang tool this project is checked with, else the machine's own if it is no
# older. An older one rejects or formats what version 19 does not.
clang_tool() {
  local version
  if have "$1-19"; then echo "$1-19"; return; fi
  version="$("$1" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p' | head -n 1)"
  if [ "${version:-0}" -ge 19 ]; then echo "$1"; return; fi
  return 1
}
