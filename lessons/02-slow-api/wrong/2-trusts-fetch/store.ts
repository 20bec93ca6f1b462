export * from '../../exercise/store'
