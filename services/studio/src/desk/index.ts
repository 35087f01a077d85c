export { DeskView, type DeskViewProps } from "./DeskView";
