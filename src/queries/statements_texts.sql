-- The texts of some statements: a costly read (the server loads its whole file of texts), so only of those on screen.
-- $1: queryids, bigint[]
-- Whoever ran them, in whichever database, the normalised text is the same.
select distinct on (queryid)
    queryid as key,
    query as text
from pg_stat_statements(true)                                           --@ pg_stat_statements
where queryid = any ($1::bigint[])
  and query is not null
order by queryid;
