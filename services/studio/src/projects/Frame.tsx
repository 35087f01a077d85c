import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { AccountButton } from "../access/AccountButton";
import { AccountDialog } from "../access/AccountDialog";
import { SignInDialog } from "../access/SignInDialog";
import { LanguagePicker } from "../app/LanguagePicker";
import { NoticeList } from "../app/NoticeList";
import { ThemeButton } from "../app/ThemeButton";
import { filterIn } from "../routing/filters";
import { type ProjectPage, toProject } from "../routing/routes";
import { words } from "../texts/projects/texts";
import type { OpenProject } from "./OpenProject";
import type { PagesContext } from "./PagesContext";

/** Pages of a project in the order of its navigation. */
const PAGES: readonly (ProjectPage | "gallery")[] = [
  "gallery", "jobs", "runs", "review", "figures", "transfers", "settings",
];

/** Properties of the frame. */
export interface FrameProps {
  readonly pages: PagesContext;
  /** The project of the page; null on the list of projects. */
  readonly open: OpenProject | null;
  /** The page of the project that is shown. */
  readonly page: ProjectPage | "gallery" | null;
  /** Query of the page's address: its filter of pictures goes along to the other pages. */
  readonly query: URLSearchParams;
  /** Work that goes on while pages change. */
  readonly background?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** What is around all pages of projects: the bar at the top, the project's pages, and notices. */
export function Frame({ pages, open, page, query, background, children }: FrameProps) {
  const showsAccount = useSignal(false);
  const name = open?.project.value?.name ?? "";
  const { pageNames, projects } = words.value;
  const filter = Object.fromEntries(filterIn(query));
  const title = open && page ? [name, pageNames[page]].filter(Boolean).join(" – ") : projects.title;
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => {
      document.title = before;
    };
  }, [title]);
  return (
    <div class="pages">
      <header class="topbar">
        <a class="brand" href="#/" title={words.value.frame.toStudio}>
          <img src="/icon.svg" alt="" width="20" height="20" /><span>Segmentation</span>
        </a>
        <nav class="crumbs" aria-label={words.value.frame.place}>
          <a href="#/projects" aria-current={open ? undefined : "page"}>{projects.title}</a>
          {open && <a href={toProject(open.id)} title={name}>{name || "…"}</a>}
        </nav>
        <div class="group">
          <LanguagePicker />
          <ThemeButton />
          <AccountButton access={pages.access} onShow={() => (showsAccount.value = true)} />
        </div>
      </header>
      {open && (
        <nav class="page-tabs" aria-label={words.value.frame.pages}>
          {PAGES.map((name) => (
            <a key={name} href={toProject(open.id, name, filter)} aria-current={name === page ? "page" : undefined}>
              {pageNames[name]}
            </a>
          ))}
        </nav>
      )}
      <main class="page" data-page={page ?? "projects"}>
        <h1 class="visually-hidden">{title}</h1>
        {children}
      </main>
      <div class="page-notices">
        {background}
        <NoticeList notices={pages.notices} />
      </div>
      {showsAccount.value && <AccountDialog access={pages.access} onClose={() => (showsAccount.value = false)} />}
      {pages.access.asking.value && <SignInDialog access={pages.access} />}
    </div>
  );
}
