select count(*) from pg_attribute a join pg_class c on c.oid = a.attrelid, generate_series(1, 40) where a.attname like '%x%'
