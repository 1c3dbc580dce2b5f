-- Parameters that may be set for one statement, what they are, and the words they take.
select
    name,
    setting || coalesce(' ' || unit, '') as value,
    case vartype when 'bool' then 'on,off' else array_to_string(enumvals, ',') end as choices
from pg_settings
where context in ('user', 'superuser');
