/* SPDX-License-Identifier: MIT */
/* probe.js - drives the page as a reader would, and says what it found; of
   so many resets, on a page small enough to begin unfolded or not */
"use strict";

const height = document.body.offsetHeight; // laid out
const opened = performance.now();
const found = [];
const check = (name, holds) => found.push(`${holds ? "ok" : "not ok"} - ${name}`);
const rows = () => [...document.querySelectorAll("table.sortable tbody tr")];
const column = (i) => rows().map((row) => row.cells[i].textContent);
const sorted = (values) => values.every((v, i) =>
	i === 0 || values[i - 1].localeCompare(v) <= 0);

const heads = [...document.querySelectorAll("table.sortable th")];
const counts = column(0).map(Number);

check("the table begins with the most frequent",
      counts.every((n, i) => i === 0 || counts[i - 1] >= n));
heads.forEach((head, i) => {
	const button = head.querySelector("button");

	if (i === 0)
		return;
	button.focus();
	check(`a key reaches the head of column ${i}`,
	      document.activeElement === button);

	const isNumber = "number" in head.dataset;
	const values = () => column(i).map((text) => isNumber
		? String(parseInt(text, 10) || 0).padStart(20, "0") : text);
	const isSorted = (order) => head.getAttribute("aria-sort") === order &&
		sorted(order === "ascending" ? values() : values().reverse());

	/* The most of a number comes first, of a text the first letter. */
	button.click();
	check(`column ${i} sorts`,
	      isSorted(isNumber ? "descending" : "ascending"));
	button.click();
	check(`column ${i} sorts the other way`,
	      isSorted(isNumber ? "ascending" : "descending"));
});

check("all resets are counted",
      counts.reduce((a, b) => a + b, 0) === resets);
check("all resets are there, in full or in one line",
      document.querySelectorAll("details.finding, details.rest li").length === resets);
check("each reset says its frame, and of which capture",
      [...document.querySelectorAll("details.finding > summary, details.rest li")]
	      .every((line) => /\sframe\s\d+ of \S/.test(line.textContent)));

const times = [...document.querySelectorAll("time")];
const day = (time) => time.dateTime.slice(0, 10);
const hasDays = new Set(times.map(day)).size > 1;

check(hasDays ? "times of many days have theirs"
	      : "times of one day do not repeat it",
      times.every((time) => time.textContent.startsWith(day(time)) === hasDays));
check("the head of the page has the day",
      /^\d{4}-\d\d-\d\d, .*UTC$/.test(document.querySelector(".period").textContent));
check(isSmall ? "what was seen once is not seen elsewhere"
	      : "where else a reset was seen is said, and whose clock differs",
      !isSmall === document.querySelectorAll(".seen, .clocks li").length > 1);
check(isSmall ? "each kind's first finding is unfolded"
	      : "the first finding is unfolded, and no other",
      [...document.querySelectorAll(".group")].every((group, i) =>
	      group.querySelectorAll("details[open]").length ===
	      Number(isSmall || i === 0)));
check("what to change is said of the most frequent first",
      document.querySelectorAll(".changes li a").length ===
	      Math.min(5, counts.length) &&
      parseInt(document.querySelector(".changes li").textContent, 10) ===
	      Math.max(...counts));
check("the timeline has numbers and times",
      document.querySelectorAll(".height, .ticks span").length >= 3);

const first = document.querySelector("details.finding");

first.open = false;
first.querySelector("summary").click();
check("a finding unfolds", first.open);
check("its diagram is drawn",
      first.querySelector("svg").getBoundingClientRect().height > 100);

const kinds = [...document.querySelectorAll(".group")]
	.map((group) => group.querySelector("details.finding"));

kinds.forEach((finding) => { finding.open = true; });
check("no text of a diagram runs into another", kinds.every((finding) => {
	const texts = [...finding.querySelectorAll("svg text")]
		.map((text) => text.getBoundingClientRect());
	const meet = (a, b) => a.left < b.right && b.left < a.right &&
		a.top + 3 < b.bottom && b.top + 3 < a.bottom;

	return texts.every((a, i) => texts.every((b, k) => i >= k || !meet(a, b)));
}));
check("no text of a diagram leaves it", kinds.every((finding) => {
	const box = finding.querySelector("svg").getBoundingClientRect();

	return [...finding.querySelectorAll("svg text")]
		.map((text) => text.getBoundingClientRect())
		.every((text) => text.left >= box.left - 1 &&
				 text.right <= box.right + 1);
}));
check("no diagram is wider than the page", kinds.every((finding) =>
	finding.querySelector("svg").getBoundingClientRect().right <= innerWidth));
const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 &&
	a.top < b.bottom - 1 && b.top < a.bottom - 1;

check("no head of the table runs into another, or out of the page", (() => {
	const boxes = heads.map((head) =>
		head.querySelector("button").getBoundingClientRect());

	return boxes.every((a, i) => a.right <= innerWidth &&
		boxes.every((b, k) => i >= k || !meet(a, b)));
})());
check("each row of the table says its program and its place without scrolling",
      [...document.querySelectorAll("td.program, td.site")].every((cell) =>
	      cell.getBoundingClientRect().right <= innerWidth));
check("nothing untrusted became an element",
      [...document.querySelectorAll("b")].every((b) => b.textContent !== "odd"));
check("the page is no wider than the window",
      document.documentElement.scrollWidth <= innerWidth);

/* WCAG 2: 4.5 for what is read, 3 for what is but seen. */
const level = (colour) => {
	const [r, g, b] = colour.match(/[\d.]+/g).map(Number)
		.map((v) => v / 255)
		.map((v) => v <= 0.03928 ? v / 12.92
					 : ((v + 0.055) / 1.055) ** 2.4);

	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const paper = (element) => {
	const colour = getComputedStyle(element).backgroundColor;

	return colour === "rgba(0, 0, 0, 0)" && element.parentElement
		? paper(element.parentElement) : colour;
};
const contrast = (element, colour) => {
	const [dark, light] = [level(colour), level(paper(element))]
		.sort((a, b) => a - b);

	return (light + 0.05) / (dark + 0.05);
};

check("each text stands out from its paper",
      [...document.querySelectorAll("main *:not(svg, svg *, .swatch)")]
	      .every((element) =>
		      contrast(element, getComputedStyle(element).color) >= 4.5));
check("each text of a diagram does",
      [...first.querySelectorAll("svg text")].every((text) =>
	      contrast(text, getComputedStyle(text).fill) >= 4.5));
check("each cause's colour is to be seen",
      [...document.querySelectorAll(".swatch")].every((swatch) =>
	      contrast(swatch.parentElement,
		       getComputedStyle(swatch).color) >= 3));
check("every picture has a name for those who can't see it",
      [...document.querySelectorAll("svg:not([aria-hidden=true])")]
	      .every((svg) => svg.getAttribute("aria-label")));
check("all resets are open and laid out within two seconds",
      height > 1000 && opened < 2000);
check("nothing is loaded from anywhere",
      performance.getEntriesByType("resource").length === 0);

const list = document.createElement("pre");

list.id = "found";
list.textContent = found.join("\n");
document.body.replaceChildren(list);
