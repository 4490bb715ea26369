/* Searches the interviews of a page. It reads what stands in the page, asks no network, and writes text only as text. */
(function () {
  "use strict";
  const PAGE = 60, NEAR = 44, FAR = 150;
  const make = (tag, words, look) => {
    const made = document.createElement(tag);
    if (words) made.textContent = words;
    if (look) made.className = look;
    return made;
  };
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (all, name) => name in values ? String(values[name]) : all);
  const plain = (word) => word.toLowerCase().replace(/[\u2019\u2018\u02bc`\u00b4]/g, "'");

  /* The words of each turn, from the one short text they are stored as. */
  function unfold(data) {
    const tokens = { form: [], start: [], end: [], turn: [] }, first = [];
    const forms = data.forms.map((both) => {
      const [form, lemma] = both.split(" ");
      return { form, lemma: lemma || form, length: form.length };
    });
    data.turns.forEach((turn, t) => {
      first.push(tokens.form.length);
      let at = 0;
      if (turn[3]) turn[3].split(" ").forEach((word) => {
        const colon = word.indexOf(":"), dot = word.indexOf(".");
        const head = dot >= 0 ? dot : colon >= 0 ? colon : word.length;
        const form = parseInt(word.slice(0, head), 36);
        const gap = dot < 0 ? 1 : parseInt(word.slice(dot + 1, colon < 0 ? word.length : colon), 10);
        const own = colon < 0 ? forms[form].length : parseInt(word.slice(colon + 1), 10);
        tokens.form.push(form);
        tokens.turn.push(t);
        tokens.start.push(at + gap);
        at += gap + own;
        tokens.end.push(at);
      });
    });
    return { forms, tokens, first };
  }

  /* What was asked for: alternatives, each a row of words; which forms fit each word. */
  function asked(query, forms, how, italian) {
    return plain(query).split(",").map((part) => {
      const cut = italian ? part.replace(/([^\s'*])'(?=[^\s'*])/g, "$1' ") : part;
      return cut.split(/\s+/).filter(Boolean);
    }).filter((row) => row.some((word) => word.replace(/[*?]/g, ""))).map((row) => row.map((word) => {
      const sought = italian ? word.replace(/ch\u00e8$/, "ch\u00e9") : word;
      const pattern = /[*?]/.test(sought)
        ? new RegExp("^" + Array.from(sought, (c) => c === "*" ? ".*" : c === "?" ? "." : c.replace(/[.+^${}()|[\]\\/-]/, "\\$&")).join("") + "$", "u") : null;
      const fits = (own) => pattern ? pattern.test(own) : own === sought;
      return forms.map((each) => fits(each.form) || (how === "lemma" && fits(each.lemma)));
    }));
  }

  function setUp(root) {
    if (root.dataset.ready) return;
    root.dataset.ready = "yes";
    const one = (what) => root.querySelector(what), all = (what) => Array.from(root.querySelectorAll(what));
    const words = JSON.parse(root.dataset.words);
    const data = JSON.parse(one(".hr-store").textContent);
    one(".hr-store").remove();
    const { forms, tokens, first } = unfold(data);
    const italian = data.language === "it";
    const part = {};
    all("[data-part]").forEach((control) => { part[control.dataset.part] = control; });
    const begin = Object.fromEntries(Object.entries(part).filter(([, c]) => "value" in c && c.tagName !== "BUTTON").map(([n, c]) => [n, c.value]));
    const value = (name) => part[name] ? part[name].value : "";
    const list = one(".hr-lines"), more = one(".hr-more"), status = one(".hr-status");
    const kinds = words.kinds.split("\t");
    const coded = data.turns.map(() => []);
    data.passages.forEach(([code, coder, ...spots]) => spots.forEach(([turn, start, end], k) => {
      coded[turn].push({ code, coder, start, end, begins: k === 0, ends: k === spots.length - 1 });
    }));
    let lines = [], shown = 0, waiting = 0;

    const chosenText = ([, kind, group, wave]) =>
      (value("kind") === "" || String(kind) === value("kind"))
      && (value("group") === "" || String(group) === value("group"))
      && (value("wave") === "" || String(wave) === value("wave"));
    const chosenMark = (mark) =>
      (value("code") === "" || String(mark.code) === value("code"))
      && (value("coder") === "" || String(mark.coder) === value("coder"));
    const byMark = () => value("code") !== "" || value("coder") !== "";

    function find() {
      const texts = data.texts.map(chosenText);
      const open = data.turns.map((turn) => texts[turn[0]] && (value("role") === "" || String(turn[1]) === value("role")));
      const rows = asked(value("word"), forms, value("how"), italian);
      lines = [];
      if (rows.length) {
        for (let k = 0; k < tokens.form.length; k += 1) {
          const turn = tokens.turn[k];
          if (!open[turn]) continue;
          const row = rows.find((each) => each.every((fits, j) => tokens.turn[k + j] === turn && fits[tokens.form[k + j]]));
          if (!row) continue;
          const start = tokens.start[k], end = tokens.end[k + row.length - 1];
          if (byMark() && !coded[turn].some((m) => chosenMark(m) && m.start < end && start < m.end)) continue;
          lines.push({ turn, start, end });
        }
      } else if (byMark()) {
        /* A passage two coders marked with the same theme is one line. */
        data.turns.forEach((_, turn) => {
          if (!open[turn]) return;
          const mine = coded[turn].filter(chosenMark).sort((a, b) => a.code - b.code || a.start - b.start || a.end - b.end);
          let last = null;
          mine.forEach((m) => {
            if (last && last.code === m.code && m.start < last.end) last.end = Math.max(last.end, m.end);
            else if (m.begins) lines.push(last = { turn, start: m.start, end: m.end, code: m.code });
          });
        });
        lines.sort((a, b) => a.turn - b.turn || a.start - b.start || a.end - b.end);
      }
      const side = value("order");
      if (side) {
        const beside = (line) => {
          const said = data.turns[line.turn][4];
          const run = side === "right" ? said.slice(line.end, line.end + 60) : said.slice(Math.max(0, line.start - 60), line.start);
          const near = plain(run).match(/[\p{L}\p{N}']+/gu) || [];
          return (side === "right" ? near : near.reverse()).join(" ");
        };
        lines = lines.map((line) => [beside(line), line]).sort((a, b) => a[0].localeCompare(b[0])).map((pair) => pair[1]);
      }
      tell(rows.length > 0, texts, open);
      list.replaceChildren();
      shown = 0;
      show();
      part.save.disabled = !lines.length;
    }

    function tell(searched, texts, open) {
      const able = new Set(), holds = new Set(lines.map((line) => data.turns[line.turn][0]));
      data.turns.forEach((turn, t) => { if (open[t]) able.add(turn[0]); });
      const only = [...able].every((t) => data.texts[t][1] === 0);
      const facts = { lines: lines.length, n: holds.size, all: able.size };
      root.dataset.lines = String(lines.length);
      root.dataset.texts = String(holds.size);
      const what = (searched ? "found" : "passages") + (only ? "" : "_texts");
      status.textContent = lines.length ? fill(words[what], facts)
        : searched || byMark() ? fill(words.none, facts) : words.begin;
      const told = data.groups.map((name, g) => {
        const mine = [...able].filter((t) => data.texts[t][2] === g);
        return mine.length ? fill(words.of, { name, n: mine.filter((t) => holds.has(t)).length, all: mine.length }) : "";
      }).filter(Boolean);
      one(".hr-groups").textContent = lines.length && told.length > 1 ? words.groups + " " + told.join(" · ") : "";
    }

    function around(line, width) {
      const said = data.turns[line.turn][4];
      let left = said.slice(Math.max(0, line.start - width), line.start), right = said.slice(line.end, line.end + width);
      if (line.start > width) left = left.slice(left.indexOf(" ") + 1);
      if (line.end + width < said.length) right = right.slice(0, Math.max(0, right.lastIndexOf(" ")));
      return [left, said.slice(line.start, line.end), right].map((s) => s.replace(/\s+/g, " "));
    }

    function source(turn) {
      const [name, kind, group] = data.texts[data.turns[turn][0]];
      return [kind ? kinds[kind] : "", name, group === null ? "" : data.groups[group]].filter(Boolean);
    }

    function show() {
      lines.slice(shown, shown + PAGE).forEach((line) => {
        const item = make("li"), button = make("button", "", "hr-line");
        const [left, word, right] = around(line, NEAR);
        button.type = "button";
        button.setAttribute("aria-expanded", "false");
        button.title = words.line;
        const place = make("span", "", "hr-from");
        source(line.turn).forEach((each) => place.append(make("span", each)));
        const said = word.length > 2 * NEAR ? word.slice(0, word.lastIndexOf(" ", 2 * NEAR)) + " \u2026" : word;
        button.append(place, make("span", left, "hr-left"), make("mark", said), make("span", right, "hr-right"));
        if (word.length > NEAR) button.classList.add("long");
        button.addEventListener("click", () => open(button, item, line));
        item.append(button);
        list.append(item);
      });
      shown = Math.min(shown + PAGE, lines.length);
      more.hidden = shown >= lines.length;
      more.textContent = fill(words.more, { n: Math.min(PAGE, lines.length - shown), all: lines.length });
    }

    /* The whole turn with its neighbours, below what was clicked; a second click closes it. */
    function open(button, holder, line) {
      const there = holder.querySelector(".hr-turns");
      button.setAttribute("aria-expanded", String(!there));
      if (there) { there.remove(); return; }
      const box = make("div", "", "hr-turns");
      box.setAttribute("tabindex", "-1");
      let reach = 2;
      const draw = () => {
        box.replaceChildren();
        const text = data.turns[line.turn][0];
        const from = Math.max(line.turn - reach, 0), to = Math.min(line.turn + reach, data.turns.length - 1);
        const present = new Map();
        for (let t = from; t <= to; t += 1) {
          if (data.turns[t][0] === text) box.append(whole(t, t === line.turn ? line : null, present));
        }
        if (present.size) {
          const legend = make("ul", "", "hr-legend");
          [...present.values()].forEach((m) => {
            const item = make("li");
            item.append(make("span", fill(words.coded, { code: data.codes[m.code], coder: data.coders[m.coder] }), look(m, 0)));
            legend.append(item);
          });
          box.append(legend);
        }
        const within = (t) => data.turns[t] && data.turns[t][0] === text;
        if (within(from - 1) || within(to + 1)) {
          const wider = make("button", words.around);
          wider.type = "button";
          wider.addEventListener("click", () => { reach += 6; draw(); box.focus(); });
          box.append(wider);
        }
      };
      draw();
      holder.append(box);
    }

    const look = (mark, lane) => "hr-coded c" + (mark.code % 8) + " k" + (mark.coder % 4) + " l" + Math.min(lane, 3);

    function whole(t, line, present) {
      const [, asks, speaker, , said] = data.turns[t];
      const made = make("p", "", "hr-turn" + (asks ? " asks" : "") + (line ? " here" : ""));
      made.append(make("span", speaker, "hr-who"), " ");
      const marks = coded[t].slice().sort((a, b) => a.start - b.start || b.end - a.end);
      const busy = [];
      marks.forEach((m) => {
        let lane = busy.findIndex((until) => until <= m.start);
        if (lane < 0) lane = busy.length;
        busy[lane] = m.end;
        m.lane = lane;
        present.set(m.code + "-" + m.coder, m);
      });
      const cuts = new Set([0, said.length]);
      marks.forEach((m) => cuts.add(m.start).add(m.end));
      if (line) cuts.add(line.start).add(line.end);
      const places = [...cuts].sort((a, b) => a - b);
      places.forEach((at, k) => {
        marks.filter((m) => m.end === at && m.ends).forEach(() => made.append(make("span", "]", "hr-end")));
        marks.filter((m) => m.start === at && m.begins).forEach((m) => {
          made.append(make("span", "[" + data.codes[m.code] + " " + data.coders[m.coder], "hr-label c" + (m.code % 8)));
        });
        if (k === places.length - 1) return;
        const next = places[k + 1];
        let spot = line && line.start <= at && next <= line.end ? make("mark") : document.createTextNode("");
        spot.textContent = said.slice(at, next);
        marks.filter((m) => m.start <= at && next <= m.end).sort((a, b) => a.lane - b.lane).forEach((m) => {
          const around = make("span", "", look(m, m.lane));
          around.append(spot);
          spot = around;
        });
        made.append(spot);
      });
      return made;
    }

    function save() {
      const cell = (raw) => {
        const safe = /^[=+\-@\t\r]/.test(raw) ? "'" + raw : raw;
        return '"' + safe.replace(/"/g, '""') + '"';
      };
      const rows = [words.head.split("\t")].concat(lines.map((line) => {
        const [text, , speaker] = data.turns[line.turn], [name, kind, group, wave] = data.texts[text];
        const turn = data.turns.slice(0, line.turn).filter((each) => each[0] === text).length;
        const there = new Set(coded[line.turn].filter((m) => m.start < line.end && line.start < m.end)
          .map((m) => data.codes[m.code] + " (" + data.coders[m.coder] + ")"));
        return [name, kinds[kind], group === null ? "" : data.groups[group], wave === null ? "" : data.waves[wave],
          String(turn), speaker, ...around(line, FAR), [...there].join(", ")];
      }));
      const made = "\ufeff" + rows.map((row) => row.map(cell).join(";")).join("\r\n") + "\r\n";
      const link = make("a"), place = URL.createObjectURL(new Blob([made], { type: "text/csv" }));
      link.href = place;
      link.download = words.file;
      link.click();
      setTimeout(() => URL.revokeObjectURL(place), 5000);
    }

    const soon = () => { clearTimeout(waiting); waiting = setTimeout(find, 120); };
    ["how", "kind", "group", "wave", "role", "code", "coder", "order"].forEach((name) => {
      if (part[name]) part[name].addEventListener("change", find);
    });
    part.word.addEventListener("input", soon);
    part.word.addEventListener("keydown", (event) => { if (event.key === "Enter") { clearTimeout(waiting); find(); } });
    more.addEventListener("click", () => {
      const next = shown;
      show();
      const item = list.children[next];
      if (item) item.firstChild.focus();
    });
    list.addEventListener("keydown", (event) => {
      const item = event.target.closest ? event.target.closest("li") : null;
      if (!item || !event.target.classList.contains("hr-line")) return;
      const to = { ArrowDown: item.nextElementSibling, ArrowUp: item.previousElementSibling }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      if (to) to.firstChild.focus();
    });
    part.reset.addEventListener("click", () => {
      Object.entries(begin).forEach(([name, chosen]) => { part[name].value = chosen; });
      find();
      part.word.focus();
    });
    part.save.addEventListener("click", save);
    all(".hr-where").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => {
        const [, , , , turn, start, end] = data.quotes[+button.dataset.quote];
        open(button, button.parentElement, { turn, start, end });
      });
    });
    const tabs = all("[role=tab]"), panels = all("[role=tabpanel]");
    const turnTo = (k) => tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === k));
      tab.setAttribute("tabindex", i === k ? "0" : "-1");
      panels[i].hidden = i !== k;
    });
    tabs.forEach((tab, k) => {
      tab.addEventListener("click", () => turnTo(k));
      tab.addEventListener("keydown", (event) => {
        const to = { ArrowRight: (k + 1) % tabs.length, ArrowLeft: (k + tabs.length - 1) % tabs.length }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        turnTo(to);
        tabs[to].focus();
      });
    });
    root.addEventListener("keydown", (event) => { event.stopPropagation(); });
    one(".hr-still").hidden = true;
    one(".hr-tabs").hidden = false;
    turnTo(0);
    find();
  }

  document.querySelectorAll(".hub-reading").forEach(setUp);
})();
