/** The script for the browser. */
import { expect, test } from 'bun:test'

import { lanesScript } from '../../../lessons/kit/guide/lanes-script'

const script = await lanesScript()

test('the script of the lanes is one file without imports', () => {
  expect(script).toContain('lanes:place')
  expect(new Bun.Transpiler({ loader: 'js' }).scanImports(script)).toEqual([])
})

test('the script never makes HTML of a text', () => {
  expect(script).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/,
  )
})
