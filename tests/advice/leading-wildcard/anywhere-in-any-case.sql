select * from orders where note ilike 'abc%def%'
