-- Names of roles and databases, for rows that have only their oids.
select oid, rolname as name, false as database
  from pg_roles
union all
select oid, datname, true
  from pg_database;
