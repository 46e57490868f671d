// Reads questions aloud with a voice of this device. Without script, or without such a voice for the language of the page, nothing is shown.
"use strict";
(() => {
  const form = document.querySelector("[data-read-aloud]");
  const speech = window.speechSynthesis;
  if (!form || !speech) return;
  const language = document.documentElement.lang;
  const parts = "h1, h2, .hint, .error, .doubt, .options label, .date label";
  let pressed = null;
  let turn = 0; // what was stopped may still report that it ended

  // A voice from elsewhere would send what is read, with earlier answers in it, to its maker.
  const findVoice = () => speech.getVoices().find(
    (voice) => voice.localService && voice.lang.toLowerCase().split(/[-_]/)[0] === language);

  const stop = () => {
    turn += 1;
    if (pressed) pressed.setAttribute("aria-pressed", "false");
    pressed = null;
    speech.cancel();
  };

  const read = (question, button) => {
    stop();
    const voice = findVoice();
    if (!voice) return;
    const mine = turn;
    pressed = button;
    button.setAttribute("aria-pressed", "true");
    const texts = Array.from(question.querySelectorAll(parts), (part) => part.textContent.trim()).filter(Boolean);
    texts.forEach((text, index) => {
      const spoken = new SpeechSynthesisUtterance(text);
      spoken.voice = voice;
      spoken.lang = language;
      spoken.rate = 0.9;
      if (index === texts.length - 1) {
        spoken.onend = spoken.onerror = () => { if (mine === turn) stop(); };
      }
      speech.speak(spoken);
    });
  };

  const addButton = (question) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "aloud";
    button.textContent = form.dataset.readAloud;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => { if (pressed === button) stop(); else read(question, button); });
    question.firstElementChild.after(button);
  };

  const offer = () => {
    if (!findVoice() || form.querySelector(".aloud")) return;
    // A person who read the question for us is heard better.
    form.querySelectorAll(".question").forEach((question) => { if (!question.querySelector("audio")) addButton(question); });
  };

  speech.onvoiceschanged = offer;
  window.addEventListener("pagehide", stop);
  offer();
})();
