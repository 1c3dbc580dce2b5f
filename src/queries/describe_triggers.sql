-- Triggers of some tables.
-- $1: relations, oid[]
select
    tgrelid as relation,
    tgname as name,
    pg_get_triggerdef(oid, true) as definition,
    tgenabled::text as enabled
from pg_trigger
where tgrelid = any ($1::oid[])
  and not tgisinternal
order by tgrelid, tgname;
