SELECT id FROM orders o WHERE o.total > (SELECT limit_of('done'))
