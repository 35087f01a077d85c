/** Sets whether the browser asks before the page is left. */
export function askBeforeLeaving(isUnsaved: boolean): void {
  // Tests read this.
  document.documentElement.toggleAttribute("data-unsaved", isUnsaved);
  if (isUnsaved) {
    addEventListener("beforeunload", askToStay);
  } else {
    // Browsers do not cache a page for going back while it listens to this event.
    removeEventListener("beforeunload", askToStay);
  }
}

function askToStay(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
