/** The languages that the pages speak. */
export type Language = 'en' | 'zh'

/** The first of a person's languages, most wanted first, that the pages speak; English where there is none. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [language] = tag.toLowerCase().split('-')
    if (language === 'en' || language === 'zh') return language
  }
  return 'en'
}
