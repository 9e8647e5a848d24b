#!/bin/sh
# The part of check_deb.sh that a person does, at a screen that nobody sees.
set -eu

export DISPLAY=:7
home=$HOME/.local/share/quern
Xvfb $DISPLAY -screen 0 1280x800x24 -noreset >/dev/null 2>&1 &
screen=$!
trap 'kill $screen' EXIT
export LC_ALL=C.UTF-8 # `su -` starts without one

fail() {
    echo "$1" >&2
    cat "$HOME/complaints" "$home/logs/quern.log" >&2 2>/dev/null || true
    exit 1
}

# until_true SECONDS WHAT COMMAND...: waits for the command to succeed.
until_true() {
    latest=$(($(date +%s) + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt $latest ] || fail "$what"
        sleep 0.1
    done
}

running() { pgrep -u "$(id -u)" -x "$1"; }
alone() { [ "$(running quern | wc -l)" = 1 ]; }
gone() { ! running "$1"; }
windows() { xdotool search --onlyvisible --name Quern; }
stored() { [ -n "$(sqlite3 "file:$home/quern.db?mode=ro" "$1")" ]; }

until_true 10 'The screen does not come up.' xdotool getdisplaygeometry
gio launch /usr/share/applications/org.quern.Quern.desktop 2>"$HOME/complaints" &
until_true 60 'No window came up.' windows
echo "  its window is called \"$(xdotool getwindowname "$(windows | head -n 1)")\""

until_true 60 'No model was loaded.' running quern-worker
sleep 5 # nothing outside the window tells when it is ready to answer
xdotool type 'What is the capital of France?'
xdotool key Return
until_true 60 'It did not answer.' stored "select 1 from messages where text like '%Paris%' and role = 'assistant'"
echo '  it answered'

mkdir -p "$HOME/models"
cp /usr/lib/quern/_internal/resources/starter/quern-starter-f16.gguf "$HOME/models/mine.gguf"
gio info -a standard::content-type "$HOME/models/mine.gguf" | grep -q application/x-gguf || fail 'The kind of file is not known.'
gio open "$HOME/models/mine.gguf" 2>>"$HOME/complaints" &
# Its card comes up, with the button that loads the model at the right end of the bottom.
load_it() {
    card=$(xdotool search --onlyvisible --name 'Model file') || return 1
    eval "$(xdotool getwindowgeometry --shell "$card")" # WIDTH and HEIGHT
    # shellcheck disable=SC2153
    xdotool mousemove --window "$card" $((WIDTH - 55)) $((HEIGHT - 40)) click 1
    sleep 1
    stored "select 1 from model_uses where path like '%mine.gguf'"
}
until_true 60 'The model was not loaded.' load_it
until_true 10 'There is more than one Quern.' alone
echo '  the model that was opened by its association is in the Quern that ran'

xdotool search --onlyvisible --name 'Quern$' windowfocus key ctrl+q
until_true 30 'It does not end.' gone quern
until_true 10 'An engine was left behind.' gone quern-worker
