// What the pages do beyond being read: say how old their data are, and fetch themselves anew when there are newer ones.
"use strict";
(() => {
  const html = document.documentElement;
  const root = html.dataset.root;
  const every = Number(html.dataset.every) || 30000;

  const words = ms => {
    const s = Math.max(0, Math.round(ms / 1000));
    if (s < 120) return `${s} s`;
    if (s < 7200) return `${Math.floor(s / 60)} min`;
    if (s < 172800) return `${Math.floor(s / 3600)} h`;
    return `${Math.floor(s / 86400)} d`;
  };

  // The ages of the page's data and of the times in its tables, and when the next poll comes.
  const tell = () => {
    const now = Date.now();
    for (const age of document.querySelectorAll(".age")) {
      const time = age.querySelector("[data-age]");
      const old = now - Number(time.dataset.age);
      const state = old > Number(age.dataset.old) ? "old" : old > Number(age.dataset.late) ? "late" : "fresh";
      age.classList.remove("fresh", "late", "old");
      age.classList.add(state);
      age.querySelector(".mark").className = state === "old" ? "mark down" : "mark late";
      age.querySelector("[data-before]").textContent = "data";
      time.textContent = words(old);
      age.querySelector("[data-after]").textContent = "old";
      document.body.classList.toggle("old", state === "old");
    }
    for (const time of document.querySelectorAll("[data-ago]")) {
      time.title = time.title || time.textContent;
      time.textContent = `${words(now - Number(time.dataset.ago))} ago`;
    }
    for (const next of document.querySelectorAll("[data-next]")) {
      next.dataset.text = next.dataset.text || next.textContent;
      const left = Number(next.dataset.next) - now;
      next.textContent = left > 0 ? `next poll in ${words(left)}` : next.dataset.text;
    }
  };

  // A long list of devices gets a search.
  const search = () => {
    for (const input of document.querySelectorAll("[data-filter]")) {
      const rows = [...document.querySelectorAll(`#${input.dataset.filter} tbody tr`)];
      const box = input.closest(".search");
      box.hidden = rows.length < 15;
      const filter = () => {
        const wanted = input.value.trim().toLowerCase();
        let shown = 0;
        for (const row of rows) {
          row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
          if (!row.hidden) shown += 1;
        }
        box.querySelector("output").textContent = wanted === "" ? "" : `${shown} of ${rows.length}`;
      };
      input.addEventListener("input", filter);
      filter();
    }
  };

  const published = status => {
    const form = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: html.dataset.zone };
    for (const place of document.querySelectorAll("[data-published]")) {
      const time = place.querySelector("time");
      time.dateTime = new Date(status.generated_at).toISOString();
      time.textContent = new Intl.DateTimeFormat("en-GB", form).format(status.generated_at);
      place.classList.add("known");
    }
  };

  // Puts the new page's parts in place of the old ones; the place in the page, a search and what is unfolded stay.
  const replace = page => {
    const typed = new Map([...document.querySelectorAll("[data-filter]")].map(input => [input.dataset.filter, input.value]));
    const open = [...document.querySelectorAll("details")].map(details => details.open);
    const [x, y] = [scrollX, scrollY];
    const inner = [...document.querySelectorAll(".scroll")].map(box => [box.scrollLeft, box.scrollTop]);
    for (const part of ["main", "footer", ".top"]) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (old && fresh) old.replaceChildren(...[...fresh.childNodes].map(node => document.importNode(node, true)));
    }
    document.title = page.title;
    for (const input of document.querySelectorAll("[data-filter]")) input.value = typed.get(input.dataset.filter) || "";
    document.querySelectorAll("details").forEach((details, at) => { details.open = open[at] === true; });
    search();
    tell();
    document.querySelectorAll(".scroll").forEach((box, at) => { if (inner[at]) [box.scrollLeft, box.scrollTop] = inner[at]; });
    scrollTo(x, y);
  };

  const dataTime = page => Number(page.querySelector("[data-age]")?.dataset.age) || null;
  let shown = dataTime(document);
  let tries = 0;

  // The status goes out before the pages: one that is still the old one is asked for again, but not for ever, for a page may have no newer data.
  const renew = async newest => {
    const answer = await fetch(location.href.split("#")[0], { cache: "no-cache" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("main") && dataTime(page) !== dataTime(document);
    if (fresh) replace(page);
    tries = fresh ? 0 : tries + 1;
    if (fresh || tries > 3) [shown, tries] = [newest, 0];
  };

  const look = async () => {
    // Nobody looks, or somebody is typing or marking text.
    if (document.hidden || document.activeElement?.matches("input") || String(getSelection()) !== "") return;
    try {
      // The browser asks with the ETag it has, and gets little where nothing has changed.
      const answer = await fetch(`${root}status.json`, { cache: "no-cache" });
      if (!answer.ok) return;
      const status = await answer.json();
      if (status.collected_at !== shown) await renew(status.collected_at);
      published(status);
    } catch {
      // No connection: the age says it.
    }
  };

  search();
  tell();
  setInterval(tell, 1000);
  // A page opened from a disk cannot fetch.
  if (location.protocol.startsWith("http")) {
    look();
    setInterval(look, every);
    document.addEventListener("visibilitychange", look);
  }
})();
