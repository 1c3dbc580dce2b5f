SELECT count(*) > 0 AS any FROM orders WHERE status = 'done'
