/** The files of a lesson, in colours; each of their lines has an address. */
import { highlight } from './highlight'
import type { SourceFile } from './sources'
import type { View } from './view'

export function CodeTools({ texts: { files } }: View) {
  return (
    <div class="files" role="tablist" aria-label="Files">
      {files.map(({ name }, index) => (
        <a
          id={`tab-${name}`}
          role="tab"
          href={`#${name}`}
          aria-controls={name}
          aria-selected={index === 0 ? 'true' : 'false'}
          tabindex={index === 0 ? '0' : '-1'}
          safe
        >
          {name}
        </a>
      ))}
    </div>
  )
}

export function CodeBody({ texts: { files } }: View) {
  return <div class="sources">{files.map(Source)}</div>
}

function Source({ path, name, text }: SourceFile, index: number) {
  return (
    <pre
      id={name}
      data-path={path}
      role="tabpanel"
      aria-labelledby={`tab-${name}`}
      tabindex="0"
      hidden={index > 0}
    >
      {highlight(path, text).map((safeLine, at) => (
        <span id={`${name}-L${at + 1}`} class="line">
          <a href={`#${name}-L${at + 1}`} aria-label={`Line ${at + 1}`} tabindex="-1">
            {at + 1}
          </a>
          {safeLine}
        </span>
      ))}
    </pre>
  )
}
