SELECT id FROM orders o WHERE o.total > limit_of('done')
