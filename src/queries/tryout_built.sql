-- The indexes that this transaction made: can it see them, and how large are they?
select coalesce(bool_or(i.indcheckxmin), false) as unseen, coalesce(sum(pg_relation_size(i.indexrelid)), 0)::float8 as bytes
from pg_index as i
where i.xmin::text::bigint = txid_current_if_assigned() & 4294967295
