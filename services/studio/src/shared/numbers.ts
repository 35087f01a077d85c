/** Forms of a word that is counted, by the categories of Unicode's plural rules; all languages have `other`. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** Numbers as a language writes them. */
export interface Numbers {
  /** Writes a number without decimals, in groups of digits. */
  readonly whole: (value: number) => string;
  /** Writes a number with exactly so many decimals. */
  readonly decimal: (value: number, decimals: number) => string;
  /** A share from 0 to 1 in percent; with one decimal when asked for. */
  readonly percent: (share: number, decimals?: 0 | 1) => string;
  /** Two shares from 0 to 1 as a range in percent, with one decimal. */
  readonly percentRange: (low: number, high: number) => string;
  /** A number and the word that is counted, in the form that goes with the number. */
  readonly counted: (count: number, forms: Forms) => string;
}

/** Creates the functions that write numbers in a language, named by its BCP 47 tag. */
export function numbersOf(locale: string): Numbers {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  const tenths = new Intl.NumberFormat(locale, {
    style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1,
  });
  const rules = new Intl.PluralRules(locale);
  return {
    whole: (value) => whole.format(value),
    decimal: (value, decimals) =>
      value.toLocaleString(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
    percent: (share, decimals = 0) => (decimals ? tenths : percent).format(share),
    // A range of one value would be written as about that value.
    percentRange: (low, high) => (low === high ? tenths.format(low) : tenths.formatRange(low, high)),
    counted: (count, forms) => `${whole.format(count)} ${forms[rules.select(count)] ?? forms.other}`,
  };
}
