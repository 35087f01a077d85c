import type { help as English } from "./en";

/** Texts of the keys and gestures, in German. */
export const help: typeof English = {
  title: "Tasten und Gesten",
  groups: {
    pointer: "Maus und Berührung",
    objects: "Masken und Objekte",
    picture: "Bild",
    page: "Alles Weitere",
  },
  rows: {
    add: { keys: "Klick, Tippen", does: "Den Teil unter dem Zeiger hinzufügen" },
    remove: { keys: "Rechtsklick, Alt+Klick, langes Drücken", does: "Den Teil wegnehmen" },
    box: { keys: "Ziehen", does: "Einen Rahmen um das Objekt ziehen" },
    zoom: { keys: "Mausrad, zwei Finger spreizen", does: "Zoomen" },
    move: { keys: "Leertaste+Ziehen, mittlere Taste, zwei Finger", does: "Das Bild verschieben" },
    candidates: {
      keys: "Tab, Umschalt+Tab, 1 2 3", does: "Nächste, vorige, bestimmte Maske, solange es welche zur Auswahl gibt",
    },
    labels: {
      keys: "1 bis 9, Umschalt+1 bis 9", does: "Eine Klasse geben; mit Umschalt auch, solange es Masken zur Auswahl gibt",
    },
    editLabels: { keys: "L", does: "Klassen hinzufügen, umbenennen, umfärben, entfernen" },
    done: { keys: "N, Eingabetaste", does: "Fertig: Der nächste Klick beginnt ein weiteres Objekt" },
    neighbour: { keys: "Bild auf, Bild ab", does: "Das vorige oder nächste Objekt auswählen" },
    rowKeys: { keys: "Auf, Ab, Pos1, Ende in der Liste", does: "Das vorige, nächste, erste, letzte Objekt auswählen" },
    rename: {
      keys: "R, F2, in der Liste Eingabetaste oder Doppelklick", does: "Das Objekt umbenennen; Esc bricht ab",
    },
    hide: { keys: "H", does: "Das Objekt aus- oder einblenden" },
    delete: { keys: "Entf", does: "Das Objekt löschen" },
    reset: { keys: "Rücktaste", does: "Zurücksetzen: erst das Objekt, dann alles wegnehmen" },
    undo: { keys: "Strg+Z, Strg+Umschalt+Z", does: "Rückgängig, wiederholen" },
    arrows: { keys: "Pfeiltasten", does: "Den Zeiger der Tastatur bewegen, mit Umschalt schneller" },
    space: { keys: "Leertaste, Umschalt+Leertaste", does: "Dort hinzufügen oder wegnehmen" },
    zoomKeys: { keys: "+ - 0", does: "Vergrößern, verkleinern, ganzes Bild" },
    tools: { keys: "A S V", does: "Werkzeuge: hinzufügen, wegnehmen, verschieben" },
    open: { keys: "O", does: "Ein Bild öffnen" },
    everything: { keys: "E", does: "Alles im Bild finden" },
    export: { keys: "X", does: "Exportieren" },
    code: { keys: "C", does: "Als Code kopieren" },
    leave: { keys: "Esc", does: "Klick oder Rahmen abbrechen; das Bild verlassen oder eine Leiste schließen" },
    help: { keys: "?", does: "Diese Hilfe" },
  },
};
