export declare const CHROMIUM: string;

export declare function inChromium(
  page: string,
  options?: { readonly files?: Readonly<Record<string, URL>>; readonly flags?: readonly string[] },
): Promise<unknown>;
