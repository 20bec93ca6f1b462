export * from '../../start/tasks'
