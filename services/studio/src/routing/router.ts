import { signal } from "@preact/signals";
import { parseRoute, type Route } from "./routes";

/** The page that is shown. */
export const route = signal<Route>({ page: "studio" });

/** Follows the address from now on. */
export function followAddress(): void {
  const follow = () => {
    route.value = parseRoute(location.hash);
  };
  addEventListener("hashchange", follow);
  follow();
}

/** Goes to a page: its address comes into the browser's history. */
export function goTo(href: string): void {
  location.hash = href;
}

/** Changes the address of the page without a new step of the browser's history, as when a filter is typed. */
export function replaceAddress(href: string): void {
  history.replaceState(history.state, "", href);
  route.value = parseRoute(href);
}
