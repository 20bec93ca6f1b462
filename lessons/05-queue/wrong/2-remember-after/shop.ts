export * from '../../exercise/shop'
