/** Dialogs and panels of the page, of which one can be open. */
export type Panel = "help" | "export" | "code" | "everything" | "labels" | "account";
