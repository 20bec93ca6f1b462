export * from '../../start/views'
