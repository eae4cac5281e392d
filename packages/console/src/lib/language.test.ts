import { describe, expect, it } from 'vitest'
import { chooseLanguage } from './language.ts'

describe('chooseLanguage', () => {
  it.each([
    [['zh-CN', 'en-US'], 'zh'],
    [['zh-Hant-TW'], 'zh'],
    [['en-GB', 'zh'], 'en'],
    [['fr-FR', 'zh-SG', 'en'], 'zh'],
    [['fr', 'de'], 'en'],
    [[], 'en'],
  ])('takes the first language of %j that the pages speak: %s', (wanted, language) => {
    expect(chooseLanguage(wanted)).toBe(language)
  })
})
