/** Formats of imports, and of exports too, as the server names them, with the names that people know. */
export const IMPORT_FORMATS = [
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

/** Formats of exports. Polygons of COCO are read as `coco`. */
export const EXPORT_FORMATS = [IMPORT_FORMATS[0], ["coco-polygons", "COCO (polygons)"], ...IMPORT_FORMATS.slice(1)] as const;

/** Name of a format as people know it. */
export function formatName(format: string): string {
  return EXPORT_FORMATS.find(([id]) => id === format)?.[1] ?? format;
}
