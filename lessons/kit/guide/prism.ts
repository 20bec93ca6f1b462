/** Prism, loaded before its languages: they look for it among the globals, and a bundle would run them first. */
import Prism from 'prismjs'

export { Prism }
