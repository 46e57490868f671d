// What a test sees on a page. Run in the page itself, once after each load; nothing here waits, so that it also works where script is off.
globalThis.looking = (() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], [tabindex]";
  const SMALLEST = 24;
  const SLACK = 1;

  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[aria-hidden=true]");
  const isChoice = (element) => element.type === "radio" || element.type === "checkbox";
  // A choice is pressed and shown by its whole row.
  const seenAs = (element) => (isChoice(element) && element.labels[0]) || element;
  const boxOf = (element) => {
    const box = element.getBoundingClientRect();
    return { left: box.left + scrollX, right: box.right + scrollX, top: box.top + scrollY, bottom: box.bottom + scrollY };
  };
  const nameOf = (element) => {
    const seen = seenAs(element);
    return `<${element.localName}> ${(seen.innerText || seen.value || seen.id).trim().slice(0, 60)}`;
  };

  const facts = () => ({
    title: document.title,
    language: document.documentElement.lang,
    direction: document.documentElement.dir,
    headings: document.querySelectorAll("h1").length,
  });

  const hasOwnText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const scrollsByItself = (element) => element.matches("textarea, input, select") || /auto|scroll/.test(getComputedStyle(element).overflowX);
  const isScrolled = (element) => element !== document.body && (scrollsByItself(element) || isScrolled(element.parentElement));
  const tooWide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  // The innermost of what stands outside the window.
  const outside = () =>
    [...document.body.querySelectorAll("*")]
      .filter((element) => isShown(element) && !element.matches(".unseen, .skip") && !isScrolled(element))
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.right > document.documentElement.clientWidth + SLACK || box.left < -SLACK;
      })
      .filter((element, _, all) => !all.some((other) => other !== element && element.contains(other)))
      .map(nameOf);

  // Words that stick out of their box, or that a box cuts off. Of nested boxes the innermost is told.
  const spills = () =>
    [...document.body.querySelectorAll("*")]
      .filter((element) => element.clientWidth > SLACK && isShown(element) && !element.closest(".unseen") && !scrollsByItself(element))
      .filter((element) => {
        const style = getComputedStyle(element);
        const cuts = style.overflowY !== "visible" && element.scrollHeight > element.clientHeight + SLACK;
        return cuts || (hasOwnText(element) && element.scrollWidth > element.clientWidth + SLACK);
      })
      .map(nameOf);

  // WCAG 2.5.8 excuses a link within a sentence: one that does not stand alone in its block.
  const isInSentence = (element) => {
    const block = element.closest("p, li, dd, dt, td, th, h1, h2, h3, label, legend, div");
    return getComputedStyle(element).display === "inline" && block.innerText.trim() !== element.innerText.trim();
  };
  const smallTargets = () =>
    [...document.querySelectorAll(CONTROLS)]
      .filter((element) => isShown(element) && element.tabIndex >= 0 && !element.matches(".skip, main") && !isInSentence(element))
      .map((element) => [element, seenAs(element).getBoundingClientRect()])
      .filter(([, box]) => box.width < SMALLEST || box.height < SMALLEST)
      .map(([element, box]) => `${nameOf(element)}: ${Math.round(box.width)} by ${Math.round(box.height)} px`);

  // Chosen must differ from not chosen by more than colour: the control itself is drawn, or the border of its row is wider.
  const unclearChoices = () =>
    [...document.querySelectorAll("input:checked")].filter((element) => {
      const style = getComputedStyle(element);
      const isDrawn = style.appearance !== "none" && style.opacity === "1" && element.getBoundingClientRect().width >= 12;
      const other = [...element.form.elements].find((each) => each.name === element.name && !each.checked && each.labels?.length);
      const width = (choice) => parseFloat(getComputedStyle(choice.labels[0]).borderTopWidth);
      return !isDrawn && !(other && width(element) > width(other));
    }).map(nameOf);

  // Of a group of radios one is a stop: the chosen one, or else the first.
  const isStop = (element) => {
    if (element.tabIndex < 0 || element.disabled || !isShown(element)) return false;
    if (element.type !== "radio") return true;
    const group = [...element.form.elements].filter((each) => each.type === "radio" && each.name === element.name);
    return element === (group.find((each) => each.checked) || group[0]);
  };
  const countStops = () => [...document.querySelectorAll(CONTROLS)].filter(isStop).length;

  const styleOf = (element) => {
    const style = getComputedStyle(seenAs(element));
    const line = style.outlineStyle === "none" ? "no outline" : `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`;
    return `${line}, ${style.boxShadow}`;
  };
  const isUncovered = (element) => {
    const seen = seenAs(element);
    const [line] = seen.getClientRects();
    const middle = (start, end, size) => (Math.max(start, 0) + Math.min(end, size)) / 2;
    const top = document.elementFromPoint(middle(line.left, line.right, innerWidth), middle(line.top, line.bottom, innerHeight));
    return top !== null && (seen.contains(top) || top.contains(seen) || top === element);
  };
  // A browser brings a control into view, and of what is high or wide only a part: that must be enough to see it by.
  const isInView = (element) => {
    const seen = seenAs(element).getBoundingClientRect();
    const visible = (start, end, size) => Math.min(end, size) - Math.max(start, 0);
    const enough = (part, whole) => part >= Math.min(whole, SMALLEST) - SLACK;
    return enough(visible(seen.left, seen.right, innerWidth), seen.width) && enough(visible(seen.top, seen.bottom, innerHeight), seen.height);
  };
  let first = null;
  let last = null;
  let walk = null;
  // Where the keyboard is, until it comes to the end of the page. `same`: still on what it was on, as in a player with stops within.
  const noteStop = () => {
    if (walk.isOver) return;
    const element = document.activeElement;
    const same = last?.element === element;
    if (last && !same && styleOf(last.element) === last.style) walk.unseen.push(nameOf(last.element));
    walk.isOver = element === document.body || (!same && element === first);
    if (walk.isOver) return;
    first ??= element;
    last = { element, style: styleOf(element) };
    if (same) return;
    walk.stops.push({ name: nameOf(element), box: boxOf(seenAs(element)), inView: isInView(element), uncovered: isUncovered(element) });
  };
  // A test walks with one press after the other and asks once: each press first notes where the one before it led.
  const startWalk = () => {
    first = last = null;
    walk = { stops: [], unseen: [], isOver: false, expected: countStops(), direction: document.documentElement.dir };
    let isFirst = true;
    addEventListener("keydown", () => (isFirst ? (isFirst = false) : noteStop()), { capture: true });
    return walk;
  };
  const walked = () => {
    noteStop();
    return walk;
  };
  // The stops that look no different with focus. The keyboard must have been used: a browser marks nothing for who points.
  const unmarkedStops = () =>
    [...document.querySelectorAll(CONTROLS)].filter(isStop).filter((element) => {
      document.activeElement.blur();
      const without = styleOf(element);
      element.focus();
      return styleOf(element) === without;
    }).map(nameOf);

  const forcedColourProblems = () => [
    ...unclearChoices().map((name) => `does not look chosen: ${name}`),
    ...unmarkedStops().map((name) => `focus cannot be seen: ${name}`),
  ];

  const axeProblems = async (tags) => {
    if (!globalThis.axe) wakeAxe();
    const found = await axe.run({ runOnly: tags, resultTypes: ["violations"], elementRef: false });
    return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 120)}`));
  };

  // Our policy forbids styles in the page, not sheets made by hand.
  const restyle = (css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  };
  const fitProblems = () => {
    const small = smallTargets().map((found) => `smaller than ${SMALLEST} px: ${found}`);
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const ways = {
      "as it is": "",
      // WCAG 1.4.12, and 1.4.4 for letters alone.
      "with wider text":
        "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }" +
        " p { margin-block-end: 2em !important }",
      "with letters twice as large": `html { font-size: ${2 * size}px !important }`,
    };
    const misfits = Object.entries(ways).flatMap(([how, css]) => {
      restyle(css);
      const spilled = spills().map((found) => `${how}, does not fit its box: ${found}`);
      return tooWide() > 0 ? [...spilled, `${how}, ${tooWide()} px too wide: ${outside().slice(0, 5).join(", ")}`] : spilled;
    });
    restyle("");
    return [...small, ...misfits];
  };

  return { facts, fitProblems, startWalk, walked, forcedColourProblems, axeProblems };
})();
