(() => {
  const root = document.documentElement;
  const bar = document.querySelector(".switch");
  const buttons = [...bar.querySelectorAll("button")];
  const codes = buttons.map((button) => button.value).filter((code) => code !== "all");
  const match = (asked) => codes.find((code) => code.split("-")[0] === (asked || "").toLowerCase().split("-")[0]);
  const title = document.querySelector("h1");
  const key = "commsvc-language";
  const kept = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (code) => { try { localStorage.setItem(key, code); } catch { /* a page from a file may keep nothing */ } };

  function show(code) {
    root.toggleAttribute("data-all", code === "all");
    if (code !== "all") root.lang = code;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === code));
    document.title = title.innerText.trim() || document.title;
    // The language goes along to the next page, also where a browser keeps nothing.
    for (const link of document.querySelectorAll('a[href*=".html"]')) {
      const [page, place] = link.getAttribute("href").split("#");
      if (/^[a-z]+:/.test(page) || (place && !match(place))) continue;
      link.setAttribute("href", `${page}#${root.lang.split("-")[0]}`);
    }
  }
  // A place that is in another language is shown in that.
  function go() {
    const asked = decodeURIComponent(location.hash.slice(1));
    const target = asked ? document.getElementById(asked) : null;
    const other = target?.closest(".in[lang]")?.lang;
    if (match(asked) && !target) { keep(match(asked)); show(match(asked)); }
    else if (other && other !== root.lang) { show(other); target.scrollIntoView(); }
  }
  bar.hidden = false;
  bar.addEventListener("click", ({ target }) => {
    if (target.value) { keep(target.value); show(target.value); }
  });
  const before = kept();
  const known = before === "all" || codes.includes(before);
  show(known ? before : navigator.languages.map(match).find(Boolean) || root.lang);
  go();
  addEventListener("hashchange", go);
})();
