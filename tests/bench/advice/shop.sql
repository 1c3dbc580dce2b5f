-- A shop for the adviser's bench: a star of sales around days, products, customers and branches, and what a shop has besides. Primary
-- keys only.
create extension hypopg;
create function pick(i bigint, salt int, sides bigint) returns int language sql immutable parallel safe
	as 'select ((hashint8extended(i, salt) & 9223372036854775807) % sides)::int';

create table days (id int primary key, day date, week int, month int, year int, weekday text, holiday boolean);
insert into days select n, date '2015-01-01' + n, n / 7, extract(month from date '2015-01-01' + n), extract(year from date '2015-01-01' + n),
	to_char(date '2015-01-01' + n, 'dy'), n % 50 = 0 from generate_series(1, 4000) n;
create table brands (id int primary key, name text, country text);
insert into brands select n, 'brand ' || n, 'country ' || n % 20 from generate_series(1, 1500) n;
create table products (id int primary key, brand_id int, category text, name text, price numeric(10, 2), color text, attributes jsonb, tags text[]);
insert into products select n, 1 + pick(n, 1, 1500), 'category ' || pick(n, 2, 60), 'product ' || n, pick(n, 3, 9000) / 10.0, 'color ' || pick(n, 4, 12),
	jsonb_build_object('size', pick(n, 5, 40), 'maker', 'maker ' || pick(n, 6, 200)), array['tag ' || pick(n, 7, 90), 'tag ' || pick(n, 8, 90)]
	from generate_series(1, 40000) n;
create table customers (id int primary key, email text, name text, city text, country text, born date, newsletter boolean, deleted_at timestamptz);
insert into customers select n, 'Customer.' || n || '@example.com', 'Customer ' || n, 'city ' || pick(n, 1, 800), 'country ' || pick(n, 1, 800) / 40,
	date '1940-01-01' + pick(n, 2, 25000), pick(n, 3, 5) = 0, case when pick(n, 4, 50) = 0 then now() end from generate_series(1, 120000) n;
create table branches (id int primary key, city text, country text, size int);
insert into branches select n, 'city ' || pick(n, 1, 800), 'country ' || pick(n, 1, 800) / 40, pick(n, 2, 400) from generate_series(1, 2000) n;
create table sales (id bigint primary key, day_id int, product_id int, customer_id int, branch_id int, quantity int, amount numeric(10, 2), discount numeric(10, 2), channel text);
insert into sales select n, (1 + n * 4000::bigint / 600001)::int, 1 + pick(n, 1, 40000), 1 + pick(n, 2, 120000), 1 + pick(n, 3, 2000), 1 + pick(n, 4, 9), pick(n, 5, 50000) / 100.0,
	pick(n, 6, 1000) / 100.0, (array['web', 'shop', 'phone'])[1 + pick(n, 7, 3)] from generate_series(1, 600000) n;
create table returns (sale_id bigint primary key, day_id int, reason int, amount numeric(10, 2));
insert into returns select id, day_id + 5, pick(id, 9, 30), amount from sales where pick(id, 8, 12) = 0;
create table orders (id bigint primary key, customer_id int, status text, total numeric(10, 2), created_at timestamptz, shipped_at timestamptz);
insert into orders select n, 1 + pick(n, 1, 120000), case when n > 297000 then 'open' when pick(n, 2, 40) = 0 then 'returned' else 'done' end, pick(n, 3, 90000) / 100.0,
	timestamptz '2025-01-01' + n * interval '90 seconds', case when n <= 296000 then timestamptz '2025-01-02' + n * interval '90 seconds' end from generate_series(1, 300000) n;
create table items (order_id bigint, line int, product_id int, quantity int, price numeric(10, 2), primary key (order_id, line));
insert into items select n, line, 1 + pick(n, line, 40000), 1 + pick(n, line + 9, 5), pick(n, line + 19, 9000) / 10.0 from generate_series(1, 300000) n, generate_series(1, 2) line;
create table payments (order_id bigint, method text, amount numeric(10, 2), paid_at timestamptz) partition by range (paid_at);
create table payments_1 partition of payments for values from ('2025-01-01') to ('2025-05-01');
create table payments_2 partition of payments for values from ('2025-05-01') to ('2025-09-01');
create table payments_3 partition of payments for values from ('2025-09-01') to ('2026-01-01');
insert into payments select id, (array['card', 'invoice'])[1 + pick(id, 4, 2)], total, created_at from orders where created_at < '2026-01-01';
create table events (id bigint primary key, session_id int, kind text, payload jsonb, created_at timestamptz);
insert into events select n, pick(n, 1, 60000), (array['view', 'view', 'view', 'click', 'search', 'buy'])[1 + pick(n, 2, 6)],
	jsonb_build_object('page', '/product/' || pick(n, 3, 40000), 'campaign', 'campaign ' || pick(n, 4, 300)), timestamptz '2025-01-01' + n * interval '40 seconds'
	from generate_series(1, 500000) n;
create table employees (id int primary key, boss_id int, branch_id int, name text, salary numeric(10, 2));
insert into employees select n, case when n > 1 then n / 5 end, 1 + pick(n, 1, 2000), 'employee ' || n, 2000 + pick(n, 2, 4000) from generate_series(1, 30000) n;
create index orders_customer_id_idx on orders (customer_id); -- that could be longer
