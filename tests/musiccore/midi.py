"""Standard MIDI Files written byte by byte, for tests that read them."""

from __future__ import annotations

END = b"\x00\xff\x2f\x00"  # delta 0, meta event 2F (end of track), no bytes


def delta(ticks: int) -> bytes:
    """Ticks as a variable-length quantity: 7 bits a byte, the high bit on all but the last."""
    digits = [ticks & 0x7F]
    while ticks := ticks >> 7:
        digits.append(0x80 | ticks & 0x7F)
    return bytes(reversed(digits))


def on(wait: int, pitch: int, velocity: int = 64, channel: int = 0) -> bytes:
    """9c pp vv: note on."""
    return delta(wait) + bytes((0x90 | channel, pitch, velocity))


def off(wait: int, pitch: int, channel: int = 0) -> bytes:
    """8c pp 00: note off."""
    return delta(wait) + bytes((0x80 | channel, pitch, 0))


def note(pitch: int, length: int = 480, channel: int = 0) -> bytes:
    """A note at once, and the end of it `length` ticks later."""
    return on(0, pitch, channel=channel) + off(length, pitch, channel=channel)


def program(number: int, channel: int = 0) -> bytes:
    """Cc nn: program change."""
    return b"\x00" + bytes((0xC0 | channel, number))


def meta(kind: int, content: bytes, wait: int = 0) -> bytes:
    """FF kk length content."""
    return delta(wait) + bytes((0xFF, kind)) + delta(len(content)) + content


def tempo(microseconds: int, wait: int = 0) -> bytes:
    """FF 51 03 tttttt: microseconds a quarter note."""
    return meta(0x51, microseconds.to_bytes(3, "big"), wait)


def metre(beats: int, power: int) -> bytes:
    """FF 58 04 nn dd 18 08: time signature, nn over 2 to the dd."""
    return meta(0x58, bytes((beats, power, 24, 8)))


def key(sharps: int, minor: int = 0) -> bytes:
    """FF 59 02 sf mi: key signature."""
    return meta(0x59, bytes((sharps & 0xFF, minor)))


def title(raw: bytes) -> bytes:
    """FF 03 length text: name of the track."""
    return meta(0x03, raw)


def track(*events: bytes, end: bytes = END) -> bytes:
    """MTrk, 32 bits of length, the events, the end of the track."""
    body = b"".join(events) + end
    return b"MTrk" + len(body).to_bytes(4, "big") + body


def header(form: int = 1, tracks: int = 1, division: int = 480, more: bytes = b"") -> bytes:
    """MThd, length (6 and what `more` adds), format, number of tracks, ticks a quarter note."""
    fields = b"".join(n.to_bytes(2, "big") for n in (form, tracks, division))
    return b"MThd" + (6 + len(more)).to_bytes(4, "big") + fields + more


def song(*events: bytes, division: int = 480) -> bytes:
    """A file of one track."""
    return header(form=0, division=division) + track(*events)


SCALE = song(*(note(pitch) for pitch in (60, 62, 64, 65, 67, 69, 71, 72)))
"""Eight quarter notes, C4 to C5: 4 seconds at the usual 120 a minute."""
