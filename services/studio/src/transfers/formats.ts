/** Formats of exports and imports, as the server names them, with the names that people know. */
export const FORMATS = [
  ["coco", "COCO"],
  ["coco-panoptic", "COCO panoptic"],
  ["sa1b", "SA-1B"],
  ["cvat", "CVAT 1.1"],
  ["label-studio", "Label Studio"],
  ["yolo", "YOLO"],
  ["voc", "Pascal VOC"],
  ["semantic-png", "PNG (semantic)"],
  ["instance-png", "PNG (instances)"],
  ["datumaro", "Datumaro"],
  ["labelme", "labelme"],
  ["geojson", "GeoJSON"],
] as const;

/** Name of a format as people know it. */
export function formatName(format: string): string {
  return FORMATS.find(([id]) => id === format)?.[1] ?? format;
}
