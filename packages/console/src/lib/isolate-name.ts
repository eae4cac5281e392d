const turning =
  /[\p{Bidi_Control}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** A name as it stands in a sentence, which it must not turn around: from right to left, or by invisible characters. */
export function isolateName(name: string): string {
  return turning.test(name) ? `\u2068${name}\u2069` : name
}
