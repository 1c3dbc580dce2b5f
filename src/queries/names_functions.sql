-- Names of the functions people write, and what they return where all of a name return the same.
-- Left out: what only the server itself calls (operators' own functions, input and output, support functions).
with hidden as materialized (
    select oprcode::oid as oid from pg_operator
     union
    select amproc::oid from pg_amproc
     union
    select castfunc from pg_cast
), shown as (
    select pronamespace, proname, prokind, case when prokind <> 'p' then format_type(prorettype, null) end as result
      from pg_proc
     where oid not in (select oid from hidden)
       and proname !~ '^_'
       and prorettype <> all (array['internal', 'cstring', 'trigger', 'event_trigger', 'language_handler', 'fdw_handler',
                                    'index_am_handler', 'table_am_handler', 'tsm_handler']::regtype[])
       and not 'internal'::regtype = any (proargtypes::oid[])
)
select
    pronamespace as schema,
    proname as name,
    case max(prokind::text) when 'a' then 'aggregate' when 'w' then 'window function' when 'p' then 'procedure' else 'function' end as kind,
    case when min(result) = max(result) then min(result) end as result
from shown
group by pronamespace, proname;
