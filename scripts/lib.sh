# shellcheck shell=sh
# What scripts/app, scripts/test and scripts/bench share: from nothing but sh, git and apt or
# Homebrew to an environment in which Gruve runs. Plain POSIX sh; sourced, not run.
#
#   set_up LIST [tests]   install what is missing: Python packages from the requirements file LIST,
#                         and for the tests a browser as well
#
# Leaves $venv (the environment's folder) and $browser (a Chromium, or nothing). A missing system
# package is named and stops nothing; a missing Python or Python package does.
#
#   GRUVE_PYTHON      the Python to make the environment with, instead of the newest found
#   GRUVE_SOUNDFONT   the SoundFont to play with, instead of the system's
#   GRUVE_GPU=1       TensorFlow for NVIDIA cards (Linux), in an environment of its own

set -eu
cd "$(CDPATH='' dirname -- "$0")/.."

# No question of any tool waits for an answer that nobody can give.
[ -t 0 ] || exec </dev/null

say() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

if [ "$(uname -s)" = Darwin ]; then
    manager=brew
    # Homebrew's own folder is in nobody's path until they put it there.
    PATH=$PATH:/opt/homebrew/bin:/usr/local/bin
elif have apt-get; then
    manager=apt
else
    manager=none
fi

# --- What is here --------------------------------------------------------------------------------

# Prints the version (3.12) of a Python that runs and that Gruve supports; fails for any other.
version_of() {
    "$1" -c 'import sys; v = sys.version_info[:2]; print("%d.%d" % v); sys.exit(not (3, 11) <= v <= (3, 13))' 2>/dev/null
}

# Sets $python to the newest supported Python of the path, and $bare to the version of one that
# lacks only what makes environments, which Debian keeps in a package of its own. Every folder is
# searched, since what comes first need not work: pyenv's commands may only say what they could run.
find_python() {
    python='' bare=''
    if [ -n "${GRUVE_PYTHON:-}" ]; then
        python=$GRUVE_PYTHON
        version_of "$python" >/dev/null || fail "GRUVE_PYTHON=$python is not a Python of 3.11 to 3.13."
        return
    fi
    for name in python3.13 python3.12 python3.11 python3; do
        folders=$PATH:
        while [ -n "$folders" ]; do
            found=${folders%%:*}/$name
            folders=${folders#*:}
            if [ -x "$found" ] && version=$(version_of "$found"); then
                if "$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then
                    python=$found
                    return
                fi
                bare=${bare:-$version}
            fi
        done
    done
}

# Looks where musiccore/soundfont.py does.
find_soundfont() {
    soundfont=''
    for found in "${GRUVE_SOUNDFONT:-}" \
        /usr/share/sounds/sf[23]/*.sf[23] /usr/share/soundfonts/*.sf[23] \
        "${HOME:-}"/.fluidsynth/default_sound_font.sf2 "${HOME:-}"/Library/Audio/Sounds/Banks/*.sf[23] \
        /opt/homebrew/share/fluid-synth/sf2/*.sf2 /usr/local/share/fluid-synth/sf2/*.sf2; do
        if [ -f "$found" ]; then
            soundfont=$found
            return
        fi
    done
}

# Sets $browser to one that starts: Ubuntu's chromium-browser may only say that it moved to snap.
find_browser() {
    browser=''
    for found in chromium chromium-browser google-chrome google-chrome-stable \
        '/Applications/Chromium.app/Contents/MacOS/Chromium' \
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
        if have "$found" && "$found" --version >/dev/null 2>&1; then
            browser=$(command -v "$found")
            return
        fi
    done
}

need() { wanted="$wanted $1"; }

# Sets $wanted to the system packages that are missing, by their names in this system's manager.
look() {
    wanted=''
    if [ -z "$ready" ]; then
        find_python
        [ -n "$python" ] || need_python
    fi
    have fluidsynth || case $manager in brew) need fluid-synth ;; *) need fluidsynth ;; esac
    # Homebrew has no General MIDI SoundFont, and its Chromium is one that macOS refuses to open:
    # report says what to do about either.
    find_soundfont
    [ -n "$soundfont" ] || [ "$manager" = brew ] || need fluid-soundfont-gm
    [ -z "$for_tests" ] || find_browser
    [ -z "$for_tests" ] || [ -n "$browser" ] || [ "$manager" = brew ] || need chromium
    # Playwright's own Node.js cannot start without it, and nothing else would bring it.
    [ -z "$for_tests" ] || [ "$manager" != apt ] || installed libatomic1 || need libatomic1
}

need_python() {
    if [ "$manager" != apt ]; then
        need python@3.12
        return
    fi
    for version in ${bare:-3.13 3.12 3.11}; do
        if known "python$version-venv"; then
            need "python$version-venv"
            return
        fi
    done
    # Empty lists tell nothing yet; full ones have no Python that would do.
    known python3 || need python3-venv
}

# --- System packages -----------------------------------------------------------------------------

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q ' installed'; }

# Whether apt's lists have the package. All are asked for in one go, since a question takes apt a
# second where its cache may not be written.
known() {
    [ -n "$listed" ] || listed=" $(
        LC_ALL=C apt-cache policy python3 python3.13-venv python3.12-venv python3.11-venv \
            fluidsynth fluid-soundfont-gm chromium libatomic1 2>/dev/null |
            sed -n '/^[a-z]/ { s/:.*//; h; }; /Candidate: [^(]/ { g; p; }' | tr '\n' ' '
    )"
    case $listed in *" $1 "*) ;; *) return 1 ;; esac
}

# Runs a command as root where that can be had; $root remembers how: yes, sudo or no.
as_root() {
    if [ -z "$root" ]; then
        root=no
        if [ "$(id -u)" -eq 0 ]; then
            root=yes
        elif have sudo && sudo -n true 2>/dev/null; then
            root=sudo
        elif have sudo && [ -t 0 ] && [ -t 2 ]; then
            printf 'Gruve needs these system packages:%s\nInstall them with sudo? [Y/n] ' "$wanted" >&2
            read -r answer || answer=n
            case $answer in [Nn]*) ;; *) root=sudo ;; esac
        fi
    fi
    case $root in
        yes) "$@" </dev/null >&2 ;;
        sudo) sudo "$@" </dev/null >&2 ;;
        no) return 1 ;;
    esac
}

# Brings apt's lists up to date, at most once.
refresh() {
    [ -z "$refreshed" ] || return 1
    refreshed=yes
    # One source that cannot be reached does not make the others' lists worthless.
    as_root apt-get update -q || [ "$root" != no ] || return 1
    listed=''
}

# shellcheck disable=SC2086 # a list of package names
install_system() {
    case $manager in
        apt)
            for package in $wanted; do
                # Fresh lists may also know a newer Python.
                if ! known "$package"; then
                    refresh && look
                    break
                fi
            done
            there=''
            for package in $wanted; do
                if known "$package"; then there="$there $package"; fi
            done
            [ -n "$there" ] || return 0
            apt_install $there || { refresh && apt_install $there; } || :
            ;;
        brew)
            ! have brew || brew install $wanted >&2 || :
            ;;
    esac
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "$@"
}

# Says what is still missing, what that costs, and what to type.
report() {
    if [ -n "${GRUVE_SOUNDFONT:-}" ] && [ "$soundfont" != "$GRUVE_SOUNDFONT" ]; then
        say "GRUVE_SOUNDFONT=$GRUVE_SOUNDFONT: no such file."
    fi
    [ -z "$wanted" ] || say "Missing:$wanted"
    case $wanted in *fluid*) say '  Gruve starts without FluidSynth and its sounds, but everything is silent.' ;; esac
    if [ -n "$for_tests" ] && [ -z "$browser" ]; then
        say '  The tests that drive the app in a browser need Chromium or Chrome.'
    fi
    case $wanted in *libatomic1*) say '  The tests that drive the app in a browser need libatomic1.' ;; esac
    case $manager:$wanted in
        brew:*) report_brew ;;
        *:) ;;
        apt:*) report_apt ;;
        *) say "  Install these, or what your system calls them, with its own package manager." ;;
    esac
}

report_apt() {
    sudo='' first='' there='' unknown=''
    if [ "$(id -u)" -ne 0 ]; then
        if have sudo; then sudo='sudo '; else sudo='as root: '; fi
    fi
    # Where the lists are empty, all are asked for after bringing them.
    known python3 || first='apt-get update && '
    for package in $wanted; do
        if [ -n "$first" ] || known "$package"; then
            there="$there $package"
        elif [ "$package" = chromium ]; then
            say "  ${sudo}snap install chromium"
        else
            unknown="$unknown $package"
        fi
    done
    command="${first}apt-get install -y --no-install-recommends$there"
    if [ -n "$there" ] && [ -n "$first" ] && [ "$sudo" = 'sudo ' ]; then
        say "  sudo sh -c '$command'"
    elif [ -n "$there" ]; then
        say "  $sudo$command"
    fi
    [ -z "$unknown" ] || say "  apt has no$unknown here. On Ubuntu \`add-apt-repository universe\`, as root, may bring it."
}

report_brew() {
    if [ -n "$wanted" ] && have brew; then
        say "  brew install$wanted"
    elif [ -n "$wanted" ]; then
        say "  Install Homebrew (https://brew.sh), then: brew install$wanted"
    fi
    if [ -n "$for_tests" ] && [ -z "$browser" ]; then
        say '  brew install --cask google-chrome'
    fi
    case ${soundfont:-none} in
        none | */fluid-synth/*)
            say 'Homebrew has no General MIDI SoundFont, and the small one of FluidSynth sounds like an old synthesizer.'
            say 'A free one with real instruments:'
            say '  curl --create-dirs -o ~/Library/Audio/Sounds/Banks/MuseScore_General.sf3 https://ftp.osuosl.org/pub/musescore/soundfont/MuseScore_General/MuseScore_General.sf3'
            ;;
    esac
}

# --- The environment -----------------------------------------------------------------------------

fail() {
    say "$*"
    exit 1
}

make_environment() {
    [ -z "$ready" ] || return 0
    [ -n "$python" ] || fail 'Gruve needs Python 3.11, 3.12 or 3.13. Where one is that was not found: GRUVE_PYTHON=/path/to/python3'
    ready=$(version_of "$python")
    say "Making $venv with Python $ready ($python)"
    # --clear: a folder that is there all the same holds a Python that does not run.
    "$python" -m venv --clear "$venv"
    # git leaves the folder alone, whatever its name.
    echo '*' >"$venv/.gitignore"
}

# What the packages of a list depend on; a stamp with this in it says that they are all there.
state_of() { printf '%s %s\n' "$ready" "$(cat requirements.txt "$1" | cksum)"; }

stamp_of() { echo "$venv/.gruve-${1%.txt}"; }

install_packages() {
    stamp=$(stamp_of "$1")
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(state_of "$1")" ]; then return 0; fi
    rm -f "$stamp"
    say "Installing Python packages from $1 into $venv (the first time takes some minutes)"
    quiet=
    [ -t 2 ] || quiet=-q
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >&2
    # shellcheck disable=SC2086 # nothing or one option
    PIP_USER=0 "$venv/bin/python" -m pip install $quiet --no-input --disable-pip-version-check -r "$1" >&2 ||
        fail "The Python packages could not all be installed: see above. The same command again goes on from here."
    # The longer list includes the shorter one.
    if [ "$1" = requirements-dev.txt ]; then
        state_of requirements.txt >"$(stamp_of requirements.txt)"
    fi
    state_of "$1" >"$stamp"
}

set_up() {
    venv=.venv list=$1 for_tests=${2:-} browser='' root='' refreshed='' listed=''
    if [ -n "${GRUVE_GPU:-}" ] && [ -z "$for_tests" ]; then
        venv=.venv-gpu list=requirements-gpu.txt
    fi
    ready=$(version_of "$venv/bin/python") || ready=''
    look
    if [ -n "$wanted" ]; then
        install_system
        look
    fi
    report
    make_environment
    install_packages "$list"
}
