// What a component shows lives on: Streamlit calls a component's default export on every change of
// data or theme, and there is one life for each place on the page. `asset` of ui/assets.py puts this
// file in front of those of a component that needs it.

const lives = new WeakMap();

/** A default export. `new Life(parent)` begins at a place on the page, with `root`, its outermost
 *  element; `show(life, data)` is told every call, and `leave()` ends it. */
function mounted(Life, show) {
  return ({ data, parentElement, setStateValue }) => {
    let life = lives.get(parentElement);
    if (life && !life.root.isConnected) {
      life.leave();
      life = undefined;
    }
    if (!life) {
      life = new Life(parentElement);
      lives.set(parentElement, life);
    }
    life.setState = setStateValue;
    // Streamlit may clean up after a call that a newer one has already replaced.
    const call = (life.call = (life.call ?? 0) + 1);
    show(life, data);
    return () => {
      if (life.call !== call) return;
      life.leave();
      lives.delete(parentElement);
    };
  };
}
