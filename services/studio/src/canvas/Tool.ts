/** Action of the first mouse button on the canvas. */
export type Tool = "add" | "remove" | "pan";

/** Tools that change masks by hand. */
export type DrawingTool = "brush" | "eraser" | "polygon";

/** All of them. */
export type StageTool = Tool | DrawingTool;
