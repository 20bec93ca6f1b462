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
// A file that the build makes and the binary carries, with { type: 'file' }.
declare module '*.tar.zst' {
  const path: string
  export default path
}
declare module 'htmx.org/dist/ext/*.js' {
  const text: string
  export = text
}
