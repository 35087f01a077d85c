export * from "./outlines.js";
export * from "./runLengths.js";
