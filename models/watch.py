"""What is looked at and kept beside the losses while a run learns: baselines, samples, symptoms."""

from __future__ import annotations

from models.baselines import baselines
from models.data import Corpus
from models.forward import Forward
from models.store import Epoch, Run, Store
from models.symptoms import Seen, share, symptom, uniform
from models.takes import is_sampled, sample_of


class Watch:
    """Follows one training, epoch by epoch."""

    def __init__(
        self, store: Store, run: Run, corpus: Corpus, learn: Corpus, held_out: Corpus
    ) -> None:
        self._store, self._run, self._corpus = store, run, corpus
        self._learn, self._held_out = learn, held_out
        self._uniform = uniform(run.encoding)
        self._usual = max(share(piece.rows) for piece in learn.pieces)
        samples = store.samples(run.id)
        self._sampled = max(samples, default=0)
        self._sample = samples.get(self._sampled)

    def after(self, epoch: Epoch, forward: Forward) -> str:
        """Keep what belongs to a finished epoch. Returns what is wrong, in a sentence, or nothing.

        Baselines are counted after the first epoch, not before it: nobody waits for them.
        """
        if self._store.baselines(self._run.id) is None:
            run = self._run
            found = baselines(run.encoding, self._learn, self._held_out, run.network, run.training)
            if found is not None:
                self._store.save_baselines(run.id, found)
        if is_sampled(epoch.number):
            self._sampled = epoch.number
            self._sample = sample_of(self._run, forward, self._corpus)
            self._store.save_sample(self._run.id, epoch.number, self._sample)
        return symptom(
            Seen(
                epoch,
                self._uniform,
                self._run.training,
                self._sampled,
                self._sample,
                self._usual,
            )
        )
