import type { access as english } from "./en";

/** Texts of signing in, in German. */
export const access: typeof english = {
  title: "Anmelden",
  signIn: "Anmelden",
  signInWith: (provider) => `Anmelden mit ${provider}`,
  signOut: "Abmelden",
  key: "API-Schlüssel",
  keyForm: "seg_…",
  account: "Angemeldet",
  signedInAs: (name) => `Angemeldet als ${name}`,
  subject: "Name",
  tenant: "Mandant",
  scopes: "Rechte",
  expires: "Bis",
  missing: (scopes) =>
    `Hier lässt sich kein Bild öffnen: Ihrem Zugang fehlen die Rechte ${scopes}. Melden Sie sich mit einem anderen an.`,
  lacks: (scope) => `Ihrem Zugang fehlt das Recht ${scope}.`,
  keptHere: "Bilder und Arbeit, die dieser Browser gespeichert hat, bleiben dort. Auf der ersten Seite lassen sie sich vergessen.",
  noWay: "Auf diesem Server meldet man sich nicht über diese Seite an. Wer ihn betreibt, kann sagen, wie man ihn erreicht.",
  signedIn: "Sie sind angemeldet",
  notSignedIn: "Sie sind nicht angemeldet",
  closeWindow: "Schließen Sie dieses Fenster.",
  toStudio: "Zum Studio",
  reasons: {
    first: "Dieser Server muss wissen, wer Sie sind.",
    ended: "Ihre Sitzung ist zu Ende. Melden Sie sich wieder an: Auf dieser Seite geht nichts verloren.",
    revoked: "Ihr API-Schlüssel wurde gesperrt. Melden Sie sich mit einem anderen an: Auf dieser Seite geht nichts verloren.",
    keyExpired: "Ihr API-Schlüssel ist abgelaufen. Melden Sie sich mit einem anderen an: Auf dieser Seite geht nichts verloren.",
  },
  problems: {
    mistyped: "Der Schlüssel ist abgeschnitten oder vertippt. Kopieren Sie ihn noch einmal.",
    noKey: "Das ist kein API-Schlüssel: API-Schlüssel beginnen mit seg_.",
    unknown: "Dieser Server kennt den Schlüssel nicht.",
    expired: "Der Schlüssel ist abgelaufen. Bitten Sie um einen neuen.",
    revoked: "Der Schlüssel wurde gesperrt. Bitten Sie um einen neuen.",
    tooMany: "Von Ihrer Adresse kamen zu viele falsche Schlüssel. Warten Sie einen Moment.",
    noTenant: "Der Anbieter sagt nicht, zu welchem Mandanten Sie gehören. Sagen Sie es dem, der diesen Server betreibt.",
    denied: "Die Anmeldung wurde beim Anbieter abgebrochen.",
    providerAway: "Der Anbieter ist nicht erreichbar. Versuchen Sie es noch einmal.",
    failed: (reason) => `Die Anmeldung gelang nicht (${reason}). Versuchen Sie es noch einmal.`,
  },
};
