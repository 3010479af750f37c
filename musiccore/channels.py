"""More programs than MIDI has channels for, in a file that plays and reads as it should.

A channel plays one program at a time, and a file has 15 channels beside that of the drums. Where
several tracks have to share a channel, each calls its program up again before its notes.
"""

from __future__ import annotations

import io

import mido

_DRUMS = 9  # of 0 to 15; people count from 1 and call it 10
_CHANNELS = tuple(channel for channel in range(16) if channel != _DRUMS)


def shared_out(midi: bytes) -> bytes:
    """The MIDI file (format 1, a program a track) with its tracks' channels chosen anew.

    The tracks with the most notes have channels to themselves as far as there are enough; the
    others share, so that every channel has about as much to do. What already sounds is not touched
    by a change of program; only where two programs hold the same pitch on one channel does the
    end of one end the other.
    """
    file = mido.MidiFile(file=io.BytesIO(midi))
    strikes = {
        index: sum(message.type == "note_on" for message in track)
        for index, track in enumerate(file.tracks)
        if any(message.type == "note_on" and message.channel != _DRUMS for message in track)
    }
    load = dict.fromkeys(_CHANNELS, 0)
    channel_of: dict[int, int] = {}
    for index in sorted(strikes, key=lambda index: (-strikes[index], index)):
        channel_of[index] = min(load, key=lambda channel: (load[channel], channel))
        load[channel_of[index]] += strikes[index]
    sharing = list(channel_of.values())
    for index, channel in channel_of.items():
        file.tracks[index] = _moved(file.tracks[index], channel, sharing.count(channel) > 1)
    written = io.BytesIO()
    file.save(file=written)
    return written.getvalue()


def _moved(track: mido.MidiTrack, channel: int, shared: bool) -> mido.MidiTrack:
    """The track on another channel; its program before whatever starts together if `shared`."""
    program = next((m.program for m in track if m.type == "program_change"), 0)
    moved = mido.MidiTrack()
    starting = False
    for message in track:
        if message.is_meta:
            moved.append(message)
            continue
        message = message.copy(channel=channel)
        starts = message.type == "note_on" and message.velocity > 0
        if shared and starts and (message.time or not starting):
            change = mido.Message("program_change", channel=channel, program=program)
            moved.append(change.copy(time=message.time))
            message = message.copy(time=0)
        starting = starts
        moved.append(message)
    return moved
