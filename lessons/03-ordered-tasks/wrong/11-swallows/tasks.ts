export * from '../../exercise/tasks'
