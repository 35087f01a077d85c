import { computed } from "@preact/signals";
import { numbersOf } from "../../shared/numbers";
import { language } from "../texts";
import { PROJECT_DICTIONARIES } from "./dictionaries";

/** Texts of the pages of projects. They are loaded with these pages, and not with the studio for a single picture. */
export const words = computed(() => PROJECT_DICTIONARIES[language.value]);

/** Numbers as the page's language writes them. */
export const numbers = computed(() => numbersOf(language.value));

const dates = computed(() => new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" }));

/** A time of the server in words of the page's language; a dash where there is none. */
export function whenOf(time: { readonly seconds: bigint } | undefined): string {
  return time ? dates.value.format(new Date(Number(time.seconds) * 1000)) : "–";
}

const days = computed(
  () => new Intl.DateTimeFormat(language.value, { month: "short", day: "numeric", timeZone: "UTC" }));

/** Month and day of a day as the server names it, for example `2026-11-30`. */
export function dayOf(day: string): string {
  return days.value.format(new Date(day));
}

/** A number of bytes in the unit that suits it. */
export function bytesOf(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return (bytes / 1000 ** power).toLocaleString(language.value, {
    style: "unit", unit: units[power], unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power > 1 ? 1 : 0,
  });
}

/** A number of seconds in hours, minutes and seconds, the two greatest units. */
export function durationOf(seconds: number): string {
  const parts = [
    ["hour", Math.floor(seconds / 3600)],
    ["minute", Math.floor(seconds / 60) % 60],
    ["second", Math.floor(seconds) % 60],
  ] as const;
  const first = Math.max(0, parts.findIndex(([, value]) => value > 0));
  const shown = seconds < 1 ? parts.slice(2) : parts.slice(first, first + 2);
  const options = { style: "unit", unitDisplay: "short" } as const;
  return shown.map(([unit, value]) => value.toLocaleString(language.value, { ...options, unit })).join(" ");
}
