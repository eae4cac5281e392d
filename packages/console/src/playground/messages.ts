import type { Language } from '../lib/language.ts'
import type { SampleGroup } from './samples/sample.ts'

/** What the playground says. */
export interface PlaygroundMessages {
  readonly title: string
  readonly heading: string
  readonly lead: string
  readonly codeSection: string
  readonly sample: string
  readonly sampleGroups: Readonly<Record<SampleGroup, string>>
  readonly changed: (title: string) => string
  readonly reset: string
  readonly resetHint: string
  readonly run: string
  readonly stop: string
  readonly editor: string
  readonly editorHint: string
  readonly runHint: (keys: string) => string
  readonly file: string
  readonly fileHint: string
  readonly chooseFile: string
  readonly useSamplePicture: string
  readonly dropFile: string
  readonly log: string
  readonly clear: string
  readonly emptyLog: string
  readonly emptyLogHint: (keys: string) => string
  readonly waitingForEvents: string
  readonly droppedRows: (count: string) => string
  readonly running: string
  readonly ended: (time: string) => string
  readonly stopped: (time: string) => string
  readonly errors: (count: number) => string
  readonly unreachable: string
  readonly milliseconds: (value: string) => string
  readonly call: (number: number) => string
  readonly noCallback: string
  readonly noListener: string
  readonly unheardHint: string
  readonly uncaught: string
  readonly line: (line: number) => string
  readonly blocked: string
  readonly blockedHint: (url: string) => string
  readonly events: (count: number) => string
  readonly more: (count: string) => string
  readonly asJson: string
  readonly runnerTitle: string
}

/** The texts of {@link PlaygroundMessages} by language. */
export const playgroundMessages: Readonly<Record<Language, PlaygroundMessages>> = {
  en: {
    title: 'Playground · wx-upload',
    heading: 'Playground',
    lead: 'Change the code, run it, and watch what wx.uploadFile does.',
    codeSection: 'Code',
    sample: 'Sample',
    sampleGroups: {
      page: 'From the API page',
      more: 'More to learn',
      failure: 'Failing on purpose',
    },
    changed: (title) => `${title} (changed)`,
    reset: 'Reset',
    resetHint: 'Back to the sample as it was; undo brings your text back',
    run: 'Run',
    stop: 'Stop',
    editor: 'The code to run',
    editorHint: 'Tab indents. To leave the editor, press Esc, then Tab.',
    runHint: (keys) => `${keys} runs`,
    file: 'File to upload',
    fileHint: 'or drop one anywhere',
    chooseFile: 'Choose a file',
    useSamplePicture: 'Use the sample picture',
    dropFile: 'Drop to use this file',
    log: 'Log',
    clear: 'Clear',
    emptyLog: 'Nothing has happened yet',
    emptyLogHint: (keys) =>
      `Press Run or ${keys}: every callback and event appears here, with its time.`,
    waitingForEvents: 'Nothing to show so far.',
    droppedRows: (count) => `${count} earlier lines are not kept.`,
    running: 'Running',
    ended: (time) => `Ended after ${time}`,
    stopped: (time) => `Stopped after ${time}`,
    errors: (count) => (count === 1 ? '1 error' : `${count} errors`),
    unreachable: 'The server cannot be reached. Is it still running?',
    milliseconds: (value) => `${value} ms`,
    call: (number) => `call ${number}`,
    noCallback: 'no callback',
    noListener: 'no listener',
    unheardHint: 'It happened, and the code has no function for it',
    uncaught: 'Uncaught error',
    line: (line) => `line ${line}`,
    blocked: 'Blocked',
    blockedHint: (url) =>
      `Code in the playground reaches this server alone; the page’s security policy stopped ${url}`,
    events: (count) => (count === 1 ? '1 event' : `${count} events`),
    more: (count) => `${count} more`,
    asJson: 'this text, read as JSON',
    runnerTitle: 'Where the code runs',
  },
  zh: {
    title: '演练场 · wx-upload',
    heading: '演练场',
    lead: '修改代码，运行，看看 wx.uploadFile 做了什么。',
    codeSection: '代码',
    sample: '示例',
    sampleGroups: { page: '来自 API 文档', more: '进一步了解', failure: '故意失败' },
    changed: (title) => `${title}（已修改）`,
    reset: '还原',
    resetHint: '恢复示例原文；可以撤销',
    run: '运行',
    stop: '停止',
    editor: '要运行的代码',
    editorHint: 'Tab 键用于缩进。要离开编辑器，先按 Esc，再按 Tab。',
    runHint: (keys) => `${keys} 运行`,
    file: '要上传的文件',
    fileHint: '或拖放到页面任意位置',
    chooseFile: '选择文件',
    useSamplePicture: '使用示例图片',
    dropFile: '松开即可使用此文件',
    log: '日志',
    clear: '清空',
    emptyLog: '还没有任何记录',
    emptyLogHint: (keys) => `点击“运行”或按 ${keys}：所有回调与事件会连同时间显示在这里。`,
    waitingForEvents: '暂时没有可显示的内容。',
    droppedRows: (count) => `更早的 ${count} 行未保留。`,
    running: '运行中',
    ended: (time) => `已结束，用时 ${time}`,
    stopped: (time) => `已停止，用时 ${time}`,
    errors: (count) => `${count} 个错误`,
    unreachable: '无法连接服务器。它还在运行吗？',
    milliseconds: (value) => `${value} ms`,
    call: (number) => `第 ${number} 次调用`,
    noCallback: '无回调',
    noListener: '未监听',
    unheardHint: '事件已发生，但代码中没有对应的函数',
    uncaught: '未捕获的错误',
    line: (line) => `第 ${line} 行`,
    blocked: '已拦截',
    blockedHint: (url) => `演练场中的代码只能访问本服务器；页面的安全策略拦截了 ${url}`,
    events: (count) => `${count} 个事件`,
    more: (count) => `还有 ${count} 项`,
    asJson: '将此文本解析为 JSON',
    runnerTitle: '代码在此运行',
  },
}
