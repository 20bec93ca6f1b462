/** The script for the browser is a text in the program. */
import { expect, test } from 'bun:test'

import { browserScript } from '../../../lessons/kit/lanes/bundle' with { type: 'macro' }

const script = browserScript()

test('the script of the lanes is one file without imports', () => {
  expect(script).toContain('lanes:place')
  expect(new Bun.Transpiler({ loader: 'js' }).scanImports(script)).toEqual([])
})

test('the script never makes HTML of a text', () => {
  expect(script).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/,
  )
})
