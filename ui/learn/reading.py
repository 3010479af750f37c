"""Chapter: the chapter's way through Gruve, and what to read on."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ui.learn.example import Example
from ui.page import STEPS

_PAGES = {step.title: step.path for step in STEPS}


@dataclass(frozen=True)
class Stage:
    """A step of the chapter: what it does there, how Gruve does it, and on which page (title)."""

    title: str
    there: str
    here: str
    page: str


STAGES = (
    Stage(
        "Files",
        "Picks five files of a large collection at random.",
        "Starter sets, or your own files; a report says what was read of each, and why not.",
        "Music",
    ),
    Stage(
        "Extraction",
        "Walks the first instrument and writes each note as its name, each chord as its normal "
        "order.",
        "The book encoding does exactly this, for the instrument of your choice. The notes "
        "encoding, the usual one, keeps rhythm, loudness and all instruments too.",
        "Train",
    ),
    Stage(
        "Looking",
        "Counts instruments, notes and chords; draws the offsets.",
        "The same figures, and more, of any choice of pieces.",
        "Explore",
    ),
    Stage(
        "Encoding",
        "Tokens become integers, divided by the size of the vocabulary; windows of 100, over the "
        "borders of pieces.",
        "The same input, or one-hot, or an embedding. Windows stay within a piece, and whole "
        "pieces are held out to measure on.",
        "Train",
    ),
    Stage(
        "Network",
        "GRU 16, GRU 64, GRU 64 with dropout 0.3, dense 16, dense, softmax.",
        "The preset Book is this network; each layer can be changed. Quick is better and faster.",
        "Train",
    ),
    Stage(
        "Training",
        "30 epochs with RMSprop, batch size 64.",
        "The same settings in the preset Book, with a live curve, a stop and a continuation.",
        "Train",
    ),
    Stage(
        "Generating",
        "500 times the likeliest token, from the first window.",
        "The book's way is one choice among others: temperature, top-k, top-p, your own beginning.",
        "Generate",
    ),
    Stage(
        "Offsets",
        "Every event one step later, the step taken from the corpus.",
        "So does the book encoding, however long the take is. The notes encoding learns when.",
        "Generate",
    ),
    Stage(
        "Back to music",
        "Notes and chords become a stream with a guitar that is never written into the file.",
        "The instrument is written as a program change, so that every player takes it.",
        "Generate",
    ),
    Stage(
        "Saving and comparing",
        "A MIDI file, opened in a notation program beside an original.",
        "MIDI, MusicXML, audio and pictures to save; originals beside takes, in numbers and to "
        "the ear.",
        "Compare",
    ),
)


@dataclass(frozen=True)
class Source:
    """Who wrote what, where, and why to read it; `address` is where it can be found, if it has a
    lasting one."""

    who: str
    what: str
    where: str
    why: str
    address: str = ""


def _arxiv(number: str) -> str:
    return f"https://arxiv.org/abs/{number}"


def _doi(number: str) -> str:
    return f"https://doi.org/{number}"


SOURCES: dict[str, tuple[Source, ...]] = {
    "Networks that remember": (
        Source(
            "J. L. Elman, 1990",
            "Finding Structure in Time",
            "Cognitive Science 14(2)",
            "The plain recurrent network.",
            _doi("10.1207/s15516709cog1402_1"),
        ),
        Source(
            "Y. Bengio, P. Simard and P. Frasconi, 1994",
            "Learning Long-Term Dependencies with Gradient Descent Is Difficult",
            "IEEE Transactions on Neural Networks 5(2)",
            "Why plain networks forget.",
            _doi("10.1109/72.279181"),
        ),
        Source(
            "S. Hochreiter and J. Schmidhuber, 1997",
            "Long Short-Term Memory",
            "Neural Computation 9(8)",
            "The LSTM.",
            _doi("10.1162/neco.1997.9.8.1735"),
        ),
        Source(
            "F. A. Gers, J. Schmidhuber and F. Cummins, 2000",
            "Learning to Forget: Continual Prediction with LSTM",
            "Neural Computation 12(10)",
            "The LSTM's forget gate.",
            _doi("10.1162/089976600300015015"),
        ),
        Source(
            "K. Cho and others, 2014",
            "Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine "
            "Translation",
            "EMNLP",
            "The gated recurrent unit, in its section 2.3.",
            _arxiv("1406.1078"),
        ),
        Source(
            "J. Chung, C. Gulcehre, K. Cho and Y. Bengio, 2014",
            "Empirical Evaluation of Gated Recurrent Neural Networks on Sequence Modeling",
            "arXiv",
            "GRU beside LSTM, on music among other things.",
            _arxiv("1412.3555"),
        ),
        Source(
            "R. Pascanu, T. Mikolov and Y. Bengio, 2013",
            "On the Difficulty of Training Recurrent Neural Networks",
            "ICML",
            "Gradients that vanish and explode, and cutting them.",
            _arxiv("1211.5063"),
        ),
    ),
    "Learning": (
        Source(
            "T. Tieleman and G. Hinton, 2012",
            "Lecture 6.5: RMSprop",
            "Neural Networks for Machine Learning, Coursera",
            "The chapter's optimizer; it was never a paper.",
        ),
        Source(
            "D. P. Kingma and J. Ba, 2015",
            "Adam: A Method for Stochastic Optimization",
            "ICLR",
            "The usual optimizer here.",
            _arxiv("1412.6980"),
        ),
        Source(
            "N. Srivastava and others, 2014",
            "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
            "Journal of Machine Learning Research 15",
            "Dropout.",
        ),
        Source(
            "A. Holtzman and others, 2020",
            "The Curious Case of Neural Text Degeneration",
            "ICLR",
            "Why the likeliest is not the best, and top-p.",
            _arxiv("1904.09751"),
        ),
    ),
    "Music from networks": (
        Source(
            "D. Eck and J. Schmidhuber, 2002",
            "Finding Temporal Structure in Music: Blues Improvisation with LSTM Recurrent Networks",
            "IEEE Workshop on Neural Networks for Signal Processing",
            "The first LSTM that kept a form.",
        ),
        Source(
            "N. Boulanger-Lewandowski, Y. Bengio and P. Vincent, 2012",
            "Modeling Temporal Dependencies in High-Dimensional Sequences: Application to "
            "Polyphonic Music Generation and Transcription",
            "ICML",
            "Chords and voices, and test sets that are used to this day.",
            _arxiv("1206.6392"),
        ),
        Source(
            "G. Hadjeres, F. Pachet and F. Nielsen, 2017",
            "DeepBach: a Steerable Model for Bach Chorales Generation",
            "ICML",
            "Chorales that many listeners took for Bach's.",
            _arxiv("1612.01010"),
        ),
        Source(
            "C.-Z. A. Huang and others, 2019",
            "Music Transformer: Generating Music with Long-Term Structure",
            "ICLR",
            "What came after recurrent networks: attention.",
            _arxiv("1809.04281"),
        ),
        Source(
            "A. Papadopoulos, P. Roy and F. Pachet, 2014",
            "Avoiding Plagiarism in Markov Sequence Generation",
            "AAAI",
            "Forbidding copies above a length, as takes here can.",
        ),
    ),
    "Measuring music": (
        Source(
            "L.-C. Yang and A. Lerch, 2020",
            "On the Evaluation of Generative Models in Music",
            "Neural Computing and Applications 32",
            "The overlap of two corpora, feature by feature.",
            _doi("10.1007/s00521-018-3849-7"),
        ),
        Source(
            "H.-W. Dong, K. Chen, J. McAuley and T. Berg-Kirkpatrick, 2020",
            "MusPy: A Toolkit for Symbolic Music Generation",
            "ISMIR",
            "The definitions of most measures on the Compare page.",
            _arxiv("2008.01951"),
        ),
        Source(
            "S.-L. Wu and Y.-H. Yang, 2020",
            "The Jazz Transformer on the Front Line: Exploring the Shortcomings of AI-composed "
            "Music through Quantitative Measures",
            "ISMIR",
            "What generated music still lacks, in numbers.",
            _arxiv("2008.01307"),
        ),
        Source(
            "M. S. Cuthbert and C. Ariza, 2010",
            "music21: A Toolkit for Computer-Aided Musicology and Symbolic Music Data",
            "ISMIR",
            "The library that names notes and chords here, as in the chapter.",
        ),
    ),
    "Books": (
        Source(
            "I. Goodfellow, Y. Bengio and A. Courville, 2016",
            "Deep Learning",
            "MIT Press",
            "Chapter 10 is on recurrent networks. Free to read online.",
            "https://www.deeplearningbook.org",
        ),
        Source(
            "J.-P. Briot, G. Hadjeres and F.-D. Pachet, 2020",
            "Deep Learning Techniques for Music Generation",
            "Springer",
            "The field in one order: goals, representations, architectures.",
        ),
        Source(
            "J. N. Straus",
            "Introduction to Post-Tonal Theory",
            "Several editions",
            "Pitch classes and normal order, from the beginning.",
        ),
    ),
}
"""On what -> what to read, the oldest or first to read on top."""


def show(example: Example) -> None:
    """The chapter's steps with their pages here, then the sources."""
    st.subheader("From the book to the app", anchor=False)
    st.write(
        "Gruve began with a book chapter that makes music with a GRU. Its ten steps are all here:"
    )
    for number, stage in enumerate(STAGES, 1):
        left, middle, right = st.columns([3, 3, 1], vertical_alignment="center")
        left.markdown(f"**{number} {stage.title}.** {stage.there}")
        middle.markdown(stage.here)
        with right:
            st.page_link(_PAGES[stage.page], label=stage.page, icon=":material/arrow_forward:")
    for about, sources in SOURCES.items():
        st.subheader(about, anchor=False)
        for source in sources:
            title = f"[{source.what}]({source.address})" if source.address else source.what
            st.markdown(f"{source.who}: *{title}*. {source.where}. {source.why}")
