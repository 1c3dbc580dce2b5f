-- How some indexes were made; for one that would have to be waited for, nothing.
-- $1: indexes, int8[]
select oid::int8 as key, pg_get_indexdef(oid) as text
from unnest($1::int8[]::oid[]) as oid
where oid in (select indexrelid from pg_index where indexrelid = any ($1::int8[]::oid[])
              except
              select indexrelid from pg_index join pg_locks on relation in (indexrelid, indrelid) and mode = 'AccessExclusiveLock'
               where indexrelid = any ($1::int8[]::oid[]) and database = (select oid from pg_database where datname = current_database()));
