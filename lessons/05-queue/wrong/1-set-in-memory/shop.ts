export * from '../../start/shop'
