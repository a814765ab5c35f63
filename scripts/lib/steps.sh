# Runs the steps of the set-up: each as soon as what it needs is there, side by side, with a sign of life.
#
# A file in setup.d declares a step with `step` and gives it the functions `have_NAME` and `do_NAME`; a thing that is kept
# in the cache has `key_NAME` and `make_NAME FOLDER` instead. (A - in the name is a _ in the function's.)

declare -A step_about=() step_needs=() step_gives=()
declare -A step_state=() step_pid=() step_began=()
LOGS=$ROOT/build/logs

# step NAME ABOUT [NEED…]: ABOUT is a few words for people, each NEED a step that comes first.
step() {
  step_about[$1]=$2
  step_needs[$1]=${*:3}
}

# gives NAME FILE: not the whole folder in the cache is meant, but this file or folder in it.
gives() { step_gives[$1]=$2; }

step_log() { printf '%s/setup-%s.log' "$LOGS" "$1"; }

is_item() { declare -F "make_${1//-/_}" >/dev/null; }

# have_step NAME: true when there is nothing to do for it; a thing in the cache is linked on the way.
have_step() {
  local path
  if ! is_item "$1"; then "have_${1//-/_}"; return; fi
  path=$(item_path "$1")
  [[ -d $path ]] || return
  link_item "$1" "$path${step_gives[$1]:+/${step_gives[$1]}}"
}

do_step() {
  if is_item "$1"; then make_item "$1"; else "do_${1//-/_}"; fi
}

steps_in() { # steps_in STATE: the names of the steps that are there
  local name
  for name in "${!step_state[@]}"; do [[ ${step_state[$name]} != "$1" ]] || printf '%s ' "$name"; done
}

may_start() {
  local need
  for need in ${step_needs[$1]}; do [[ ${step_state[$need]:-there} == there ]] || return 1; done
}

start_step() {
  local name=$1
  step_state[$name]=running
  step_began[$name]=$SECONDS
  say "  · $name: ${step_about[$name]}"
  set -m # a process group of its own, so that it can be ended with all that it started
  (set -euo pipefail; set +m; do_step "$name") >"$(step_log "$name")" 2>&1 </dev/null &
  step_pid[$name]=$!
  set +m
}

end_step() { # end_step NAME: it ran; was it well?
  local name=$1 took=$((SECONDS - step_began[$1]))
  if wait "${step_pid[$name]}" && have_step "$name"; then
    step_state[$name]=there
    clear_line
    say "  ✓ $name: $took s"
  else
    step_state[$name]=failed
    clear_line
    stop_steps
    explain_failure "$name" "${step_about[$name]}" "$took" "$(step_log "$name")"
    exit 1
  fi
}

# stop_steps: ends what runs, with all that it started, and gives it ten seconds to tidy up.
stop_steps() {
  local name running deadline=$((SECONDS + 10))
  running=$(steps_in running)
  for name in $running; do
    step_state[$name]=stopped
    kill -TERM -- "-${step_pid[$name]}" 2>/dev/null || true
  done
  for name in $running; do
    while kill -0 -- "-${step_pid[$name]}" 2>/dev/null; do
      if ((SECONDS >= deadline)); then kill -KILL -- "-${step_pid[$name]}" 2>/dev/null || true; break; fi
      sleep 0.1
    done
  done
}

clear_line() { if on_screen; then printf '\r\033[K'; fi; }

last_sign=0
sign_of_life() {
  local text
  [[ -n $(steps_in running) ]] || return 0
  text="  … $SECONDS s, at work on: $(steps_in running)"
  if on_screen; then
    printf '\r\033[K%s' "${text:0:${COLUMNS:-80}}"
  elif ((SECONDS - last_sign >= 15)); then
    say "$text"
    last_sign=$SECONDS
  fi
}

# run_steps NAME…: all of them, in the order of their needs. Ends the script with a reason if one fails.
run_steps() {
  local name
  mkdir -p "$LOGS"
  for name; do if is_item "$name"; then place_item "$name"; fi; done
  for name; do if have_step "$name"; then step_state[$name]=there; else step_state[$name]=waiting; fi; done
  [[ -n $(steps_in waiting) ]] || return 0
  trap 'stop_steps' EXIT
  trap 'exit 130' INT TERM HUP
  until [[ -z $(steps_in waiting)$(steps_in running) ]]; do
    for name; do if [[ ${step_state[$name]} == waiting ]] && may_start "$name"; then start_step "$name"; fi; done
    for name in $(steps_in running); do kill -0 "${step_pid[$name]}" 2>/dev/null || end_step "$name"; done
    sign_of_life
    sleep 0.2
  done
  clear_line
  trap - EXIT INT TERM HUP
}
