select id, count(*) over (), max(note) over () from orders
