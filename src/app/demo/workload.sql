-- Who keeps the demo's shop busy, with which statements. What the lines between mean stands in include/pg/workload.h.

--@ web has 4 clients

--@ web: 2/s, $1 = 1..:customers
-- My orders. Mistake: orders.customer_id has no index.
select id, status, total, created_at from orders where customer_id = $1 order by created_at desc;

--@ web: 1/s
-- The start page: the latest orders. Mistake: a sort of all for the first twenty.
select id, customer_id, status, total, created_at from orders order by created_at desc limit 20;

--@ web: 1/s, $1 = open|paid|packed
-- What is there to do? Mistake: a status column, scanned.
select count(*) from orders where status = $1;

--@ web: 1.5/s, $1 = customer.1..:customers@example.com
-- Signing in. Mistake: the index is on email, not on lower(email).
select id, name from customers where lower(email) = lower($1);

--@ web: 2/s, $1 = %lamp%|%oak%|%steel chair%|%kettle 1..99%|%mirror%
-- The search box. Mistake: a wildcard in front.
select id, name, price from products where name ilike $1 order by price limit 20;

--@ web: 1/s, $1 = {"size": 0..59}|{"maker": "maker 0..299"}
-- A filter beside it. Mistake: jsonb containment without a GIN index.
select id, name, price from products where attributes @> $1;

--@ web: 3/s, $1 = 1..:products
select id, name, price, attributes from products where id = $1;

--@ web: 1/s, $1 = 1..:products, $2 = 1..:customers
-- Reviews of this product and by me. Mistake: OR across columns, one of them without an index.
select id, stars, body from reviews where product_id = $1 or customer_id = $2;

--@ web: 0.5/s, $1 = 1..:deep
-- Browsing page by page. Mistake: OFFSET reads and throws away all pages before.
select id, kind, created_at from events order by id desc limit 50 offset $1;

--@ web: every 20s
-- The last three hundred orders, to be shown with what was ordered.
select id, customer_id, total from orders order by id desc limit 300;

--@ web: every 20s x300, $1 = 1..:orders
-- One query for each of those three hundred. Mistake: N+1, where one join would do.
select product_id, quantity, price from order_items where order_id = $1;

--@ web: 0.3/s
-- Mistake: a wide table and SELECT *, to show a name.
select * from product_feed where attribute_07 like 'a0%' order by attribute_33 limit 10;

--@ checkout: 1/s, $1 = 1..:customers, $2 = 1..:products, $3 = 1..:carts
begin;
insert into orders (customer_id, status, total, created_at) values ($1, 'open', 19.90, now());
--@ sleep 0.05s
insert into order_items values (currval('orders_id_seq'), 1, $2, 1, 19.90);
update carts set content = '{}', updated_at = now() where id = $3;
commit;

--@ checkout: 0.5/s, $1 = 1..:orders
-- Has it been paid? Mistake: no month given, so every partition is read.
select method, amount, paid_at from payments where order_id = $1;

--@ worker: 20/s, $1 = 1..:sessions
insert into events (session_id, kind, payload, created_at) values ($1, 'view', '{"page": "/", "ms": 12}', now());

--@ worker: 3/s, $1 = 1..:carts
update carts set content = content || '{"seen": true}', updated_at = now() where id = $1;

--@ worker: 0.5/s, $1 = 1..:shipments
-- Mistake: shipments.order_id has no index.
update shipments set state = 'delivered' where order_id = $1 and state = 'waiting';

--@ report: every 5s
-- How many visitors in the last ten minutes? Mistake: no index, not even a BRIN, on the time of an append-only table.
select count(distinct session_id) from events where created_at > now() - interval '10 minutes';

--@ report: every 21s, $1 = {"campaign": "campaign 0..399"}
-- Mistake: jsonb containment without a GIN index, on the largest table.
select kind, count(*) from events where payload @> $1 group by kind;

--@ report: every 15s
-- The best-paying customers of all time. Mistake: a sort that does not fit into work_mem.
select id, customer_id, total
from (select id, customer_id, total, rank() over (order by total desc, created_at) from orders) ranked
where rank <= 10;

--@ report: every 18s, $1 = City 0..299
-- Mistake: a correlated subquery, run for each customer of the city, each time over all reviews.
select c.id, c.name, (select count(*) from reviews r where r.customer_id = c.id)
from customers c
where c.city = $1
limit 40;

--@ report: every 24s
-- Mistake: NOT IN, which cannot be a join.
select count(*) from customers where newsletter and email not in (select email from unsubscribed);

--@ report: every 13s
-- Mistake: statistics of a time when nothing was delivered, so the planner expects a row and gets thousands.
select o.status, count(*)
from shipments s join orders o on o.id = s.order_id
where s.state = 'delivered' and s.carrier = 'post'
group by o.status;

--@ report: every 17s, $1 = City 70..79, $2 = Country 7
-- Mistake: the country follows from the city; the planner multiplies and expects too few.
select count(*), max(o.total)
from customers c join orders o on o.customer_id = c.id
where c.city = $1 and c.country = $2;

--@ report: every 11s, $1 = 1..:products
-- Who bought this? Mistake: order_items.product_id has no index.
select sum(quantity) from order_items where product_id = $1;

-- The lock story, every 90 seconds. A report is left open over a coffee; five seconds later a migration wants the table for itself and
-- waits; from then on everybody who only wants to read orders waits behind the migration.

--@ backoffice: every 90s
begin;
select date_trunc('month', created_at), count(*), sum(total) from orders where created_at > now() - interval '3 months' group by 1;
--@ sleep 21s
commit;

--@ migration: every 90s after 5s
alter table orders add column if not exists gift_wrap boolean not null default false;
