export * from '../../exercise/views'
