# shellcheck shell=bash
# What quickstart and test share: packages, builds, and steps that are timed,
# quiet while all is well and clear when it is not. Sourced.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
log_folder=$root/build/log
step_times=()

# note LINE...: says what goes on.
note() { printf '%s\n' "$@"; }

# fail TEXT: says why it ends here, and ends.
failure_status=1
fail() {
  printf '\n%s: %s\n' "$(basename "$0")" "$*" >&2
  exit "$failure_status"
}

# run_step NAME COMMAND...: runs a command with its output in a log; shows the
# log's end if it fails.
run_step() {
  local name=$1 log start seconds status=0
  shift
  mkdir -p "$log_folder"
  log=$log_folder/${name// /-}.log
  start=$SECONDS
  printf '%-32s ' "$name"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  seconds=$((SECONDS - start))
  step_times+=("$(printf '%6d s  %s' "$seconds" "$name")")
  if ((status == 0)); then
    printf 'done in %d s\n' "$seconds"
    return
  fi
  printf 'FAILED after %d s; the end of %s:\n\n' "$seconds" "$log"
  tail -n 60 "$log" | sed 's/^/    /'
  fail "$name failed (status $status). Mend the cause above and run it again."
}

# show_times: the log of timings per step.
show_times() {
  note "Time per step:"
  printf '  %s\n' "${step_times[@]}"
}

# packages_of SECTION...: the packages that deploy/packages lists there.
packages_of() {
  local section line
  for section in "$@"; do
    while read -r line; do
      printf '%s\n' "$line"
    done < <(sed -n "/^\[$section\]/,/^\[/{/^[a-z]/p}" "$root/deploy/packages")
  done
}

# missing_packages SECTION...: those that are not installed.
missing_packages() {
  local package
  while read -r package; do
    if [[ $(dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
      head -n 1) != installed ]]; then
      printf '%s\n' "$package"
    fi
  done < <(packages_of "$@")
}

apt_install() {
  local as_root=()
  if ((EUID != 0)); then as_root=(sudo); fi
  # The lists of packages may be absent or old: then, and only then, fetch them.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "$@" && return
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "$@"
}

# install_packages SECTION...: installs what is missing, by name.
install_packages() {
  local missing
  if ! command -v dpkg-query >/dev/null; then
    fail "this needs Debian 12's packages; on another system install what" \
      "deploy/packages lists by your own means and add --no-install."
  fi
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then return; fi
  note "Missing packages: ${missing[*]}"
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    fail "installing needs root or sudo. Ask your administrator for:
  apt-get install ${missing[*]}"
  fi
  if ((EUID != 0)); then sudo -v; fi  # asks for the password, if at all, here
  run_step "install packages" apt_install "${missing[@]}"
}

# build PRESET ON|OFF TARGET...: configures and builds into build/PRESET;
# ON builds the tests too. Without targets: everything.
build() {
  local preset=$1 testing=$2
  shift 2
  run_step "configure $preset" cmake -S "$root" --preset "$preset" \
    "-DBUILD_TESTING=$testing"
  run_step "build $preset" cmake --build "$root/build/$preset" \
    --parallel "$(nproc)" ${1:+--target "$@"}
}

# has_tests PRESET: whether build/PRESET was configured with its tests.
has_tests() {
  [[ -f $root/build/$1/build.ninja ]] &&
    grep -q '^BUILD_TESTING:[A-Z]*=\(ON\|TRUE\|true\)$' \
      "$root/build/$1/CMakeCache.txt"
}
