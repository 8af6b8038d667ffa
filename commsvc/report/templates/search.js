(() => {
  const search = document.querySelector(".search");
  const box = search.querySelector("input");
  const said = search.querySelector("output");
  // Full-width letters and capitals are the same word; Chinese needs no word boundaries.
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const cards = [...document.querySelectorAll(".card")].map((card) => ({
    card,
    text: fold(card.querySelector(".body").textContent),
    details: card.querySelector("details"),
    lines: [...card.querySelectorAll("details li")].map((line) => [line, fold(line.textContent)]),
  }));
  function filter() {
    const words = fold(box.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { card, text, details, lines } of cards) {
      card.hidden = !words.every((word) => text.includes(word));
      shown += !card.hidden;
      let hits = 0;
      for (const [line, its] of lines) {
        line.hidden = !words.every((word) => its.includes(word));
        hits += !line.hidden;
      }
      // What is found in the other language alone is shown in that.
      const here = lines.some(([line]) => !line.hidden && (!line.lang || line.lang === document.documentElement.lang));
      for (const [line] of lines) line.classList.toggle("in", Boolean(line.lang) && (here || !hits || !words.length));
      if (!hits) for (const [line] of lines) line.hidden = false;
      if (details) details.open = words.length > 0 && hits > 0;
    }
    const counts = { n: shown, all: cards.length };
    for (const text of said.children) {
      text.textContent = words.length ? text.dataset.words.replace(/\{(\w+)\}/g, (_, key) => counts[key]) : "";
    }
  }
  search.hidden = false;
  search.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", filter);
  // Going back to the page finds what was typed, and what it found.
  addEventListener("pageshow", filter);
})();
