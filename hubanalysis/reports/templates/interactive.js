/* Moves the networks of a page. It reads what stands in the page, asks no network, and writes text only as text. */
(function () {
  "use strict";
  const STATE = { f: "formed", k: "kept", d: "dissolved", n: "not_compared" };
  const plain = (word) => word.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();
  const make = (tag, words, look) => {
    const made = document.createElement(tag);
    if (words) made.textContent = words;
    if (look) made.className = look;
    return made;
  };

  function setUp(root) {
    if (root.dataset.ready) return;
    root.dataset.ready = "yes";
    const one = (what) => root.querySelector(what), all = (what) => Array.from(root.querySelectorAll(what));
    const words = JSON.parse(root.dataset.words);
    const part = {};
    all("[data-part]").forEach((control) => { part[control.dataset.part] = control; });
    const map = one(".hn-map svg"), side = one(".hn-side"), status = one(".hn-status"), legend = one(".hn-legend");
    const rows = all(".hn-list tbody tr"), summary = one(".hn-list summary");
    const kinds = Array.from(part.kind.options).map((option) => option.textContent);
    const ties = all(".hn-ties line").map((line, i) => {
      const [kind, source, target, waves, states] = line.dataset.t.split(" ");
      return { line, row: rows[i], kind, source: +source, target: +target, waves, states: states || "" };
    });
    const nodes = all(".hn-nodes > g").map((spot) => ({
      spot, name: spot.dataset.name, plain: plain(spot.dataset.name), group: spot.dataset.group,
      silent: spot.dataset.silent, about: spot.dataset.about, ties: [],
    }));
    ties.forEach((tie) => { nodes[tie.source].ties.push(tie); nodes[tie.target].ties.push(tie); });
    const begin = { view: part.view.value, kind: part.kind.value };
    let held = null, near = null, found = null, stop = 0;

    const compares = () => part.view.value[0] === "s";
    const wave = () => +part.view.value.slice(1);
    function shows(tie) {
      const group = part.group.value;
      return (part.kind.value === "" || part.kind.value === tie.kind)
        && (compares() ? tie.states[wave()] !== "-" : tie.waves[wave()] === "1")
        && (group === "" || nodes[tie.source].group === group || nodes[tie.target].group === group);
    }

    function draw() {
      const chosen = near !== null ? near : held;
      const linked = new Set(), partners = new Set();
      let count = 0;
      ties.forEach((tie) => {
        tie.shown = shows(tie);
        if (tie.shown) { count += 1; linked.add(tie.source).add(tie.target); }
        const mine = tie.shown && chosen !== null && (tie.source === chosen || tie.target === chosen);
        if (mine) partners.add(tie.source).add(tie.target);
        const look = compares() ? STATE[tie.states[wave()]] : "plain";
        const lit = mine ? " lit" : chosen !== null || found ? " dim" : "";
        tie.line.setAttribute("class", tie.shown ? look + lit : "off");
        if (mine && map.dataset.arrow) tie.line.setAttribute("marker-end", "url(#" + map.dataset.arrow + "-arrow)");
        else tie.line.removeAttribute("marker-end");
        tie.row.hidden = !tie.shown;
      });
      nodes.forEach((node, i) => {
        const group = part.group.value;
        const meant = found ? found.has(i) : chosen === null || partners.has(i) || i === chosen;
        const away = !linked.has(i) && (group !== "" && node.group !== group);
        const silent = compares() ? node.silent.includes("1") : node.silent[wave()] === "1";
        node.spot.setAttribute("class", [
          i === chosen ? "chosen" : "", (partners.has(i) && chosen !== null) || (found && found.has(i)) ? "lit" : "",
          !meant || away ? "dim" : "", silent ? "silent" : "", linked.has(i) ? "" : "alone",
        ].filter(Boolean).join(" "));
        node.spot.setAttribute("aria-pressed", String(i === held));
        node.spot.setAttribute("tabindex", i === stop ? "0" : "-1");
        const shown = node.ties.filter((tie) => tie.shown).length;
        node.spot.setAttribute("aria-label", [node.name, node.about, words.ties.replace("{n}", shown)]
          .filter(Boolean).join(", "));
      });
      legend.classList.toggle("hn-compared", compares());
      summary.textContent = words.list.replace("{n}", count);
      status.textContent = found ? words.found.replace("{n}", found.size)
        : words.status.replace("{ties}", count).replace("{organisations}", linked.size);
      one(".hn-shown").textContent = [part.view, part.kind, part.group]
        .filter((control) => control !== part.group || control.value)
        .map((control) => control.selectedOptions[0].textContent).join(" · ");
      tell(chosen);
    }

    function tell(chosen) {
      if (side.dataset.of === String(chosen) + part.view.value + part.kind.value + part.group.value) return;
      side.dataset.of = String(chosen) + part.view.value + part.kind.value + part.group.value;
      side.replaceChildren();
      if (chosen === null) { side.append(make("p", words.help, "hub-note")); return; }
      const node = nodes[chosen];
      const shown = node.ties.filter((tie) => tie.shown);
      side.append(make("p", node.name, "hn-name"), make("p", node.about, "hub-note"));
      if (compares() ? node.silent.includes("1") : node.silent[wave()] === "1") {
        side.append(make("p", words.silent, "hub-note"));
      }
      side.append(make("p", words.ties.replace("{n}", shown.length), "hub-note"));
      const outward = shown.filter((tie) => !map.dataset.arrow || tie.source === chosen);
      const inward = shown.filter((tie) => !outward.includes(tie));
      [["out", outward], ["in", inward]].forEach(([word, those]) => {
        if (!those.length) return;
        side.append(make("p", words[word], "hn-way"));
        const list = make("ul");
        those.map((tie) => [tie, tie.source === chosen ? tie.target : tie.source])
          .sort((a, b) => a[1] - b[1])
          .forEach(([tie, partner]) => {
            const item = make("li"), button = make("button", nodes[partner].name);
            button.type = "button";
            button.addEventListener("click", () => { choose(partner); nodes[partner].spot.focus(); });
            const more = [compares() ? words[tie.states[wave()]] : "", part.kind.value === "" ? kinds[+tie.kind] : ""];
            item.append(button, make("span", more.filter(Boolean).join(", ")));
            list.append(item);
          });
        side.append(list);
      });
    }

    function choose(i) {
      held = i;
      near = null;
      found = null;
      if (i !== null) stop = i;
      draw();
    }
    function walk(i) {
      stop = (i + nodes.length) % nodes.length;
      near = stop;
      draw();
      nodes[stop].spot.focus();
    }

    nodes.forEach((node, i) => {
      node.spot.setAttribute("role", "button");
      node.spot.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") { near = i; draw(); } });
      node.spot.addEventListener("pointerleave", () => { near = null; draw(); });
      node.spot.addEventListener("focus", () => { near = i; stop = i; draw(); });
      node.spot.addEventListener("blur", () => { near = null; draw(); });
      node.spot.addEventListener("click", () => choose(held === i ? null : i));
      node.spot.addEventListener("keydown", (event) => {
        const step = { ArrowRight: i + 1, ArrowDown: i + 1, ArrowLeft: i - 1, ArrowUp: i - 1, Home: 0, End: -1 }[event.key];
        if (step !== undefined) walk(step);
        else if (event.key === "Enter" || event.key === " ") choose(held === i ? null : i);
        else if (event.key === "Escape") choose(null);
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
    });
    ["view", "kind", "group"].forEach((name) => part[name].addEventListener("change", draw));
    part.search.addEventListener("input", () => {
      const asked = plain(part.search.value);
      const hits = nodes.map((node, i) => i).filter((i) => asked && nodes[i].plain.includes(asked));
      const exact = hits.filter((i) => nodes[i].plain === asked);
      if (exact.length === 1 || hits.length === 1) return choose(exact.length === 1 ? exact[0] : hits[0]);
      held = null;
      found = asked ? new Set(hits) : null;
      draw();
    });
    part.search.addEventListener("keydown", (event) => { event.stopPropagation(); });
    part.reset.addEventListener("click", () => {
      part.view.value = begin.view;
      part.kind.value = begin.kind;
      part.group.value = "";
      part.search.value = "";
      choose(null);
    });
    map.setAttribute("role", "group");
    map.setAttribute("aria-label", words.map);
    one(".hn-controls").hidden = false;
    side.hidden = false;
    draw();
  }

  document.querySelectorAll(".hub-network").forEach(setUp);
})();
