// Files that are imported as text, with { type: 'text' }.
declare module '*.css' {
  const text: string
  export = text
}
declare module '*.html' {
  const text: string
  export = text
}
declare module './*.js' {
  const text: string
  export = text
}
declare module './browser/*.js' {
  const text: string
  export = text
}
declare module 'htmx.org/dist/htmx.min.js' {
  const text: string
  export = text
}
declare module 'htmx.org/dist/ext/*.js' {
  const text: string
  export = text
}
