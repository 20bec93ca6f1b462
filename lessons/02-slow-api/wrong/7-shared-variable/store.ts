export * from '../../start/store'
