import { fileURLToPath } from 'node:url'
import type { HostModule } from './bundle-host.ts'

/** A host whose column the table has. */
export interface KnownHost extends HostModule {
  /** Of its column in the results; never changes. */
  readonly key: string
  /** Whose it is. */
  readonly name: string
  /** The npm package that it is, where it is not ours. */
  readonly package?: string
}

const file = (name: string): string => fileURLToPath(new URL(`../hosts/${name}`, import.meta.url))

const yes = 'true'
const no = 'false'

/**
 * What uni-app's Vite plugin (`@dcloudio/uni-cli-shared`, `initFeatures`) defines when it builds an app of one page without
 * any setting of its own.
 */
const uniDefines = {
  __VUE_OPTIONS_API__: yes,
  __VUE_PROD_DEVTOOLS__: no,
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: no,
  __UNI_FEATURE_WX__: no,
  __UNI_FEATURE_WXS__: yes,
  __UNI_FEATURE_RPX__: yes,
  __UNI_FEATURE_PROMISE__: no,
  __UNI_FEATURE_LONGPRESS__: yes,
  __UNI_FEATURE_I18N_EN__: yes,
  __UNI_FEATURE_I18N_ES__: yes,
  __UNI_FEATURE_I18N_FR__: yes,
  __UNI_FEATURE_I18N_ZH_HANS__: yes,
  __UNI_FEATURE_I18N_ZH_HANT__: yes,
  __UNI_FEATURE_UNI_CLOUD__: no,
  __UNI_FEATURE_I18N_LOCALE__: no,
  __UNI_FEATURE_NVUE__: no,
  __UNI_FEATURE_ROUTER_MODE__: '"hash"',
  __UNI_FEATURE_PAGES__: no,
  __UNI_FEATURE_TABBAR__: no,
  __UNI_FEATURE_TABBAR_MIDBUTTON__: no,
  __UNI_FEATURE_TOPWINDOW__: no,
  __UNI_FEATURE_LEFTWINDOW__: no,
  __UNI_FEATURE_RIGHTWINDOW__: no,
  __UNI_FEATURE_RESPONSIVE__: no,
  __UNI_FEATURE_NAVIGATIONBAR__: yes,
  __UNI_FEATURE_PULL_DOWN_REFRESH__: no,
  __UNI_FEATURE_NAVIGATIONBAR_BUTTONS__: no,
  __UNI_FEATURE_NAVIGATIONBAR_SEARCHINPUT__: no,
  __UNI_FEATURE_NAVIGATIONBAR_TRANSPARENT__: no,
}

/** What an app that Taro builds for H5 has in the place of these names, by default. */
const taroDefines = {
  'process.env.TARO_ENV': '"h5"',
  'process.env.TARO_PLATFORM': '"web"',
  'process.env.FRAMEWORK': '"react"',
  'process.env.TARO_VERSION': '"4.2.1"',
  ENABLE_INNER_HTML: yes,
  ENABLE_ADJACENT_HTML: no,
  ENABLE_SIZE_APIS: no,
  ENABLE_TEMPLATE_CONTENT: no,
  ENABLE_CLONE_NODE: no,
  ENABLE_CONTAINS: no,
  ENABLE_MUTATION_OBSERVER: no,
}

/** The hosts of the table: ours, and the peers as they are on npm. */
export const knownHosts: readonly KnownHost[] = [
  { key: 'wx-upload-node', name: 'wx-upload', runsIn: 'Node.js', file: file('our-node.ts') },
  { key: 'wx-upload-page', name: 'wx-upload', runsIn: 'Chromium', file: file('our-browser.ts') },
  {
    key: 'taro-h5',
    name: 'Taro H5',
    runsIn: 'Chromium',
    file: file('taro-h5.ts'),
    package: '@tarojs/taro-h5',
    define: taroDefines,
  },
  {
    key: 'uni-h5',
    name: 'uni-app H5',
    runsIn: 'Chromium',
    file: file('uni-h5.ts'),
    package: '@dcloudio/uni-h5',
    define: uniDefines,
    // As their plugin has it.
    alias: { vue: '@dcloudio/uni-h5-vue' },
  },
]
