(() => {
  const code = [...document.querySelectorAll("details.code")];
  const all = document.querySelector(".all-code");
  if (all && code.length) {
    all.hidden = false;
    all.addEventListener("click", () => {
      const open = all.getAttribute("aria-pressed") !== "true";
      all.setAttribute("aria-pressed", String(open));
      for (const one of code) one.open = open;
    });
  }
  const contents = document.querySelector(".toc details");
  if (!contents) return;
  // On a narrow screen the contents would stand before everything else.
  if (matchMedia("(max-width: 63.99rem)").matches) contents.open = false;
  const links = [...contents.querySelectorAll("a")];
  const places = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  function mark() {
    const above = places.filter((place) => place?.checkVisibility() && place.getBoundingClientRect().top < 120);
    const current = above.at(-1);
    links.forEach((link, i) => {
      if (places[i] === current && current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    });
  }
  addEventListener("scroll", mark, { passive: true });
  mark();
})();
