import { access } from "./access/en";
import { help } from "./help/en";
import { models } from "./models/en";
import { numbersOf } from "../shared/numbers";

const { whole, decimal, percent, counted } = numbersOf("en");

/** English: the type of all dictionaries. */
export const en = {
  /** The language's own name. */
  name: "English",
  page: {
    title: "Segmentation Studio",
    description: "Point at something in a picture and get its exact mask.",
  },
  common: {
    again: "Try again",
    close: "Close",
    dismiss: "Dismiss",
    waiting: "waiting for the mask…",
    /** A button's name and the key that does the same. */
    withKey: (label: string, key: string) => `${label} (${key})`,
  },
  /** Keys as they are printed on keyboards. */
  keyNames: { control: "Ctrl", shift: "Shift", backspace: "Backspace" },
  topBar: {
    projects: "Projects",
    open: "Open",
    examples: "Examples",
    undo: "Undo",
    redo: "Redo",
    reset: "Reset",
    everything: "Everything",
    export: "Export",
    code: "Copy as code",
    help: "Help",
    lightTheme: "Light theme",
    darkTheme: "Dark theme",
    language: "Language",
    next: (count: number) => `Next picture (${whole(count)})`,
  },
  examples: { coffee: "A cup of coffee", chelsea: "A cat", coins: "Coins" },
  welcome: {
    choose: "Drop, paste or choose a picture",
    then: "Then point at something in it. JPEG, PNG, WebP or GIF.",
    examples: "Or take one of these",
  },
  incoming: {
    picture: "Picture",
    pasted: "Pasted picture",
    drop: "Drop the picture to open it",
    notAFile: "This is not a file. Save the picture first, then drop the file.",
    notAPicture: (name: string) =>
      `${name} is not a picture that this browser can show. JPEG, PNG, WebP and GIF always work.`,
    exampleNotLoaded: (name: string, status: number) =>
      `The example ${name} could not be loaded (HTTP status ${status}).`,
    otherFormat: (name: string, format: string) =>
      `${name} is a ${format} file, which not every browser and server can read. Save it as PNG and open that file.`,
    shrunk: (width: number, height: number) =>
      `The picture is larger than the server accepts. It was scaled to ${whole(width)} × ${whole(height)} pixels, and exports have that size.`,
  },
  tools: {
    title: "Tools",
    add: "Add: click a part, drag a box",
    remove: "Remove: click a part that does not belong",
    pan: "Move the picture",
    done: "Done: begin another object",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    fit: "Whole picture",
  },
  stage: {
    label: "Picture. Arrow keys move the pointer, Space adds a point, Shift and Space removes a part.",
    /** Read aloud when a mask is there. */
    mask: (label: string, number: number, count: number, area: number) =>
      `${label}: mask ${whole(number)} of ${whole(count)}, ${counted(area, { one: "pixel", other: "pixels" })}.`,
    /** Shown after a first click that would remove a part. */
    nothingYet: "There is nothing to remove yet. Click the object first, then the part that does not belong to it.",
  },
  candidates: {
    title: "Masks for this click; Tab chooses the next",
    mask: (number: number, iou: number) => `Mask ${whole(number)}, predicted IoU ${decimal(iou, 2)}`,
    iou: (iou: number) => `IoU ${decimal(iou, 2)}`,
    next: "next mask",
  },
  objects: {
    title: "Objects",
    another: "Another object",
    hint: "Click something in the picture, or drag a box around it.",
    /** The name of an object until it is given one. */
    name: (number: number) => `Object ${number}`,
    colourOf: (label: string) => `Colour of ${label}`,
    nameOf: (name: string) => `Name of ${name}`,
    show: (label: string) => `Show ${label}`,
    hide: (label: string) => `Hide ${label}`,
    delete: (label: string) => `Delete ${label}`,
    allTaken: (count: number) =>
      counted(count, { one: "object was deleted.", other: "objects were deleted." }),
    mask: (area: number, iou: number) => `${whole(area)} px · IoU ${decimal(iou, 2)}`,
  },
  labels: {
    title: "Labels",
    edit: "Edit labels",
    none: "no label",
    /** Without labels. */
    hint: "Labels are classes such as cat or cup. New objects get the label chosen last.",
    ofNew: "Label of new objects",
    of: (object: string) => `Label of ${object}`,
    add: "Add",
    newName: "New label",
    nameOf: (label: string) => `Name of the label ${label}`,
    colourOf: (label: string) => `Colour of the label ${label}`,
    remove: (label: string) => `Remove the label ${label}`,
    used: (label: string, count: number) =>
      `${label}: ${counted(count, { one: "object of this picture has", other: "objects of this picture have" })} this label `
      + "and will have none.",
    removeUsed: "Remove the label",
    keep: "Keep it",
    notFree: (name: string, unlabelled: string) =>
      `A label cannot be called '${name}': names are unique, and '${unlabelled}' stands for objects without a label `
      + "in exports.",
    notKept: "The browser does not allow this page to save the labels. They are lost when the page is closed.",
  },
  cleaning: {
    title: "Clean up",
    below: "Smaller than, pixels",
    specks: "Remove specks",
    holes: "Fill holes",
    nothing: {
      specks: (pixels: number) =>
        `The mask has no specks smaller than ${counted(pixels, { one: "pixel", other: "pixels" })}.`,
      holes: (pixels: number) =>
        `The mask has no holes smaller than ${counted(pixels, { one: "pixel", other: "pixels" })}.`,
    },
  },
  status: {
    title: "Status",
    ready: "Ready",
    encodedIn: "Encoded in",
    encodedBefore: "Encoded before",
    encodingTime: "Time the encoder took for this picture",
    upload: "Upload",
    uploading: (share: number) => `Uploading ${percent(share)}`,
    encoding: "Encoding…",
    again: (trouble: string) => `${trouble} Trying again…`,
    click: "Click to mask",
    clickTime: "Time from a click to its mask on the screen: the latest click and the median",
    median: "p50",
    noTime: "–",
    milliseconds: (value: number) => `${decimal(value, value < 10 ? 1 : 0)} ms`,
    decoding: "Decoding",
    place: "Place where masks are decoded",
    places: {
      auto: "automatic", server: "on the server", browser: "in the browser", gpu: "in the browser, by the GPU",
    },
    loading: "loading…",
    at: { server: "server", browser: "browser", gpu: "browser, GPU" },
    connection: {
      idle: "Not connected",
      connecting: "Connecting…",
      open: "Connected",
      waiting: "Connection lost, trying again…",
    },
  },
  models,
  everything: {
    title: "Everything",
    search: "Search",
    fast: "coarse to fine",
    faithful: "every point",
    fields: {
      pointsPerSide: "Points a side",
      predIouThresh: "Predicted IoU above",
      stabilityScoreThresh: "Stability of at least",
      boxNmsThresh: "Duplicates overlap by",
      cropLayers: "Layers of crops",
      minMaskRegionArea: "Smallest region, pixels",
    },
    hint: "Finds objects without a click.",
    start: "Find everything",
    cancel: "Cancel",
    keepAll: (count: number) => `Keep all ${whole(count)}`,
    discard: "Discard",
    keep: "Point at a mask to see it, click to keep it.",
    /** While the number of points is not known. */
    begun: (done: number, found: number) => `${whole(done)} of … points, ${whole(found)} found`,
    progress: (done: number, points: number, found: number) =>
      `${whole(done)} of ${counted(points, { one: "point", other: "points" })}, ${whole(found)} found`,
    remaining: (seconds: number) => `, about ${whole(seconds)} s to go`,
    found: (count: number, seconds: number) => `${whole(count)} found in ${decimal(seconds, 1)} s.`,
    cancelled: (count: number) => `Cancelled: ${whole(count)} found so far.`,
    interrupted: (reason: string) => `The search was interrupted. ${reason} Start it again.`,
    known: (count: number) => `${counted(count, { one: "object existed", other: "objects existed" })} already.`,
  },
  keeping: {
    title: "Continue",
    explained: "Your work is saved in this browser and comes back when you open the same picture again.",
    states: {
      kept: "Saved",
      saving: "Saving…",
      elsewhere: "Not saved: changed in another tab",
      failed: "Not saved",
    },
    used: (objects: number, date: string) => `${counted(objects, { one: "object", other: "objects" })}, ${date}`,
    openAgain: "open the file again",
    forget: (name: string) => `Forget ${name} and the work on it`,
    alsoOpen: "This picture is also open in another tab. Changes in one tab are offered to the other.",
    changedElsewhere: "This picture was changed in another tab. Nothing is saved here until you choose.",
    loadTheirs: "Load that version",
    keepMine: "Keep this version",
    laterVersion: "A later version of this page saved the work on this picture. That work stays as it is, and nothing is saved now.",
    full: "The browser has no room left: your work is not being saved. Forget pictures on the first page, or export.",
    forbidden: (reason: string) => `The browser does not allow this page to save anything. Export before you leave. ${reason}`,
    fileTooLarge: (name: string) => `${name} is too large to be saved. Your work on it is saved: open the file again to continue.`,
    dropped: (names: string) => `To make room, these files are no longer saved: ${names}. The work on them stays saved.`,
    fileDropped: (name: string, objects: number) =>
      `The file ${name} is no longer saved. Open it again: ${counted(objects, { one: "object is", other: "objects are" })} saved.`,
  },
  exports: {
    title: "Export",
    count: (count: number) => counted(count, { one: "object", other: "objects" }),
    withoutHidden: ", without hidden ones",
    only: (label: string) => `only ${label}`,
    nothing: "The masks are empty: there is nothing to cut out.",
    tooLarge: "The browser has not enough memory for a picture of this size.",
    tooManyLabels: (label: string, most: number) =>
      `The label ${label} has a number above ${whole(most)}, which a PNG of eight bits cannot hold. Choose COCO JSON.`,
    formats: {
      cutout: { title: "Cut-out PNG", description: "The objects alone, transparent around them" },
      mask: { title: "Mask PNG", description: "White inside, black outside, the picture's size" },
      labelMap: { title: "Label map PNG", description: "Each pixel is its label's number, 0 outside" },
      coco: { title: "COCO JSON", description: "Run lengths and labels, for pycocotools" },
      cocoPolygons: { title: "COCO polygons", description: "Polygons for masks without holes, run lengths for others" },
      sa1b: { title: "SA-1B JSON", description: "As in the Segment Anything dataset" },
      svg: { title: "SVG", description: "Polygons to draw with" },
      geojson: { title: "GeoJSON", description: "Polygons for map programs, in pixels" },
    },
    progress: (done: number, count: number) =>
      `${whole(done)} of ${counted(count, { one: "object", other: "objects" })} written`,
    cancel: "Cancel",
    shrunk: (width: number, height: number) => `Exports have the size of the smaller picture, ${whole(width)} × ${whole(height)} pixels.`,
  },
  code: {
    title: "Copy as code",
    copy: "Copy",
    copied: "Copied",
    forbidden: "The browser does not allow this page to copy. Select the text and copy it.",
  },
  help,
  access,
  errors: {
    busy: (reason: string) => `The server is busy. ${reason}`,
    forbidden: (reason: string) => `The server does not allow this. ${reason}`,
    noDecoding: (reason: string) =>
      `Decoding in the browser does not work here. The server decodes instead. ${reason}`,
    workerEnded: "The decoding worker ended.",
    workerNotStarted: "The decoding worker did not start.",
    noGraph: (name: string) => `The server's model has no graph '${name}'.`,
    graphNotLoaded: (status: number) => `The model's graph could not be loaded (HTTP status ${status}).`,
    otherVersion: "The server has another version of this page. Load it: your work is saved.",
    load: "Load it",
    partNotLoaded: "A part of this page could not be loaded. Check the connection and try again.",
    processorInstead: "The browser offers no usable GPU (WebGPU). The processor decodes instead.",
    unreachable: "The server cannot be reached.",
    httpStatus: (status: number) => `The server answered with HTTP status ${status}.`,
  },
};

/** Type of all dictionaries. */
export type Texts = typeof en;
