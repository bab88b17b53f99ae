// What was typed into a dialog is not lost by accident.
//   data-guard              a form that asks before it is left with changes; "changed" has some already

const before = new WeakMap();

const guarded = (dialog) => dialog?.querySelector("form[data-guard]");
const state = (form) => JSON.stringify([...new FormData(form)]);

export function watch(dialog) {
  const form = guarded(dialog);
  if (form) before.set(form, form.dataset.guard === "changed" ? null : state(form));
}

export function hasChanges(dialog) {
  const form = guarded(dialog);
  return Boolean(form) && before.get(form) !== state(form);
}

export function forget(dialog) {
  const form = guarded(dialog);
  if (form) before.set(form, state(form));
}

// Asks on top of the dialog; whoever presses Escape goes on editing.
export function askToDiscard() {
  const question = document.getElementById("unsaved").content.cloneNode(true).firstElementChild;
  document.body.append(question);
  question.showModal();
  return new Promise((answer) => {
    question.addEventListener("close", () => {
      question.remove();
      answer(question.returnValue === "discard");
    });
  });
}
