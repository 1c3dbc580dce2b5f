-- What the console can use, as far as this machine has it.
set pg_stat_statements.track = none;
do $$
declare
	wanted text;
begin
	for wanted in select name from pg_available_extensions where name in ('pg_stat_statements', 'hypopg') loop
		execute format('create extension %I', wanted);
	end loop;
end $$;
