"""Sheet music: a piece as MusicXML, engraved as SVG."""
