-- Databases one can connect to, and roles that can log in.
select 'database' as kind, datname as name
  from pg_database
 where datallowconn
union all
select 'role', rolname
  from pg_roles
 where rolcanlogin;
