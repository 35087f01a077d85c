/** Has the browser ask before the page is left, or no longer. */
export function askBeforeLeaving(isUnsaved: boolean): void {
  // For whoever drives the page from outside.
  document.documentElement.toggleAttribute("data-unsaved", isUnsaved);
  if (isUnsaved) {
    addEventListener("beforeunload", askToStay);
  } else {
    // A page that listens is not kept by the browser for going back to.
    removeEventListener("beforeunload", askToStay);
  }
}

function askToStay(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
