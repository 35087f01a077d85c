/** Action of the first mouse button on the canvas. */
export type Tool = "add" | "remove" | "pan";
