# Sourced by ./run and ./test: what is missing is installed, what changed is built. Talks on stderr only.
# Expects $root, the project's folder.
set -o pipefail

say() { printf '%s\n' "$*" >&2; }

# Names in packages.txt that dpkg does not have.
missing_packages() {
    local wanted
    wanted=$(grep -v '^[[:space:]]*#' "$root/packages.txt" | tr -s '[:space:]' '\n' | grep . | sort -u)
    command -v dpkg-query >/dev/null || return 0
    # shellcheck disable=SC2086
    comm -23 <(printf '%s\n' $wanted) \
        <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null | sed -n 's/ installed$//p' | sort -u)
}

install_packages() {
    local missing as_root=() apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq)
    missing=$(missing_packages)
    [ -z "$missing" ] && return
    if ! command -v apt-get >/dev/null; then
        say "Stipple needs these Debian packages, and there is no apt-get here to install them:" $missing
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "These packages are missing; install them as root, then try again:"
            say "  apt-get install --no-install-recommends" $missing
            return 1
        fi
        as_root=(sudo)
    fi
    say "Installing with apt (${as_root[*]:-as root}):" $missing
    "${as_root[@]}" "${apt[@]}" update >&2 || say "apt-get update failed; trying with the lists at hand"
    # shellcheck disable=SC2086
    "${as_root[@]}" "${apt[@]}" install -y --no-install-recommends $missing >&2 || {
        say "The packages could not be installed; apt's own words are above."
        return 1
    }
}

# build_preset PRESET: configures once (later ninja does it by itself when needed) and builds.
build_preset() {
    local preset=$1 jobs log
    jobs=$(nproc 2>/dev/null || echo 2)
    if [ ! -f "$root/build/$preset/build.ninja" ]; then
        say "Configuring the $preset build"
        log=$(cd "$root" && cmake --preset "$preset" 2>&1) || {
            printf '%s\n' "$log" >&2
            rm -f "$root/build/$preset/build.ninja"
            return 1
        }
        say "Building with $jobs jobs; the first time takes a few minutes"
    fi
    (cd "$root" && cmake --build "build/$preset" -j "$jobs") 2>&1 |
        sed -u -e '/no work to do/d' -e '/Re-checking globbed/d' >&2
}
