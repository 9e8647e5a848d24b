#!/bin/sh
# The part of check_deb.sh that a person does, at a screen that nobody sees.
set -eu

export DISPLAY=:7
home=$HOME/.local/share/quern
Xvfb $DISPLAY -screen 0 1280x800x24 -nolisten tcp >/dev/null 2>&1 &
screen=$!
trap 'kill $screen' EXIT

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

windows() { xdotool search --onlyvisible --name Quern; }
stored() { [ -n "$(sqlite3 "file:$home/quern.db?mode=ro" "$1")" ]; }

until_true 10 'The screen does not come up.' xdotool getdisplaygeometry
gio launch /usr/share/applications/org.quern.Quern.desktop 2>"$HOME/complaints" &
until_true 60 'No window came up.' windows
echo "  its window is called \"$(xdotool getwindowname "$(windows | head -n 1)")\""

until_true 60 'No model was loaded.' pgrep quern-worker
sleep 5 # nothing outside the window tells when it is ready to answer
xdotool type 'What is the capital of France?'
xdotool key Return
until_true 60 'It did not answer.' stored "select 1 from messages where text like '%Paris%' and role = 'assistant'"
echo '  it answered'

mkdir -p "$HOME/models"
cp /usr/lib/quern/_internal/resources/starter/quern-starter-f16.gguf "$HOME/models/mine.gguf"
gio info -a standard::content-type "$HOME/models/mine.gguf" | grep -q application/x-gguf || fail 'The kind of file is not known.'
gio open "$HOME/models/mine.gguf" 2>>"$HOME/complaints" &
until_true 60 'The model was not looked at.' xdotool search --onlyvisible --name 'Model file'
# Without a window manager, nothing gives a new window the keyboard.
xdotool search --onlyvisible --name 'Model file' windowfocus --sync key Return
until_true 60 'The model was not loaded.' stored "select 1 from model_uses where path like '%mine.gguf'"
[ "$(pgrep -cx quern)" = 1 ] || fail 'There is more than one Quern.'
echo '  the model that was opened by its association is in the Quern that ran'

xdotool search --onlyvisible --name 'Quern$' windowfocus --sync key ctrl+q
until_true 30 'It does not end.' sh -c '! pgrep -x quern'
until_true 10 'An engine was left behind.' sh -c '! pgrep -x quern-worker'
