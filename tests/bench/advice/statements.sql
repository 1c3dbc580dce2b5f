--@ one equality
select * from sales where customer_id = 77;
--@ equality and range
select * from sales where customer_id = 77 and amount > 400;
--@ two equalities
select count(*) from sales where branch_id = 5 and product_id = 70;
--@ a short range
select sum(amount) from sales where day_id between 3990 and 3999;
--@ an IN list
select * from sales where product_id in (5, 70, 900, 1200);
--@ a rare status
select * from orders where status = 'open';
--@ a status as parameter
select * from orders where status = $1 and customer_id = $2;
--@ a null
select id from orders where shipped_at is null;
--@ not deleted, by city
select id, name from customers where city = 'city 5' and deleted_at is null;
--@ the latest twenty
select * from orders order by created_at desc limit 20;
--@ the latest of one customer
select * from orders where customer_id = 5 order by created_at desc limit 10;
--@ the largest open ones
select * from orders where status = 'open' order by total desc limit 10;
--@ a page of two keys
select * from sales where branch_id = 5 order by day_id desc, id desc limit 50;
--@ an order of mixed directions
select * from sales where channel = 'web' order by branch_id, amount desc limit 30;
--@ the earliest and the last
select min(created_at), max(created_at) from events where kind = 'buy';
--@ a function on the column
select id from customers where lower(email) = 'customer.5@example.com';
--@ a prefix
select id, name from customers where email like 'Customer.77%';
--@ a word inside
select id from products where name like '%oduct 777%';
--@ a cast to date
select count(*) from orders where created_at::date = date '2025-03-03';
--@ jsonb containment
select id from events where payload @> '{"campaign": "campaign 7"}';
--@ a key of jsonb
select id from products where attributes ->> 'maker' = 'maker 7';
--@ an array's element
select id from products where tags @> array['tag 5'];
--@ two columns, either
select * from sales where customer_id = 5 or branch_id = 9;
--@ groups by an index
select customer_id, count(*) from sales group by customer_id having count(*) > 12;
--@ a distinct list
select distinct branch_id from sales where channel = 'phone';
--@ a join from a few
select c.name, s.amount from customers c join sales s on s.customer_id = c.id where c.city = 'city 7';
--@ a join to the sales of a day
select p.name, sum(s.amount) from sales s join products p on p.id = s.product_id where s.day_id = 3000 group by p.name;
--@ a star of three
select sum(s.amount) from sales s join days d on d.id = s.day_id join branches b on b.id = s.branch_id where d.year = 2024 and d.month = 5 and b.city = 'city 9';
--@ a star of five
select p.category, sum(s.amount) from sales s join days d on d.id = s.day_id join products p on p.id = s.product_id join customers c on c.id = s.customer_id
join branches b on b.id = s.branch_id where d.holiday and p.color = 'color 3' and c.city = 'city 12' and b.size > 350 group by p.category order by 2 desc limit 20;
--@ a star by brand
select d.year, sum(s.amount - s.discount) from sales s join days d on d.id = s.day_id join products p on p.id = s.product_id join brands r on r.id = p.brand_id
where r.country = 'country 3' and p.category = 'category 7' group by d.year;
--@ sales and what came back
select s.branch_id, sum(r.amount) from sales s join returns r on r.sale_id = s.id where r.reason = 4 and s.channel = 'web' group by s.branch_id;
--@ two facts by customer
select c.id, sum(s.amount), count(o.id) from customers c join sales s on s.customer_id = c.id join orders o on o.customer_id = c.id where c.born = date '1970-05-05' group by c.id;
--@ a left join
select c.id, count(o.id) from customers c left join orders o on o.customer_id = c.id and o.status = 'returned' where c.city = 'city 44' group by c.id;
--@ those without
select c.id from customers c where c.country = 'country 3' and not exists (select 1 from sales s where s.customer_id = c.id and s.day_id > 3900);
--@ those with
select b.id from branches b where exists (select 1 from sales s where s.branch_id = b.id and s.amount > 499);
--@ a subquery for each row
select c.id, (select max(s.amount) from sales s where s.customer_id = c.id) from customers c where c.city = 'city 31';
--@ above the average of its own
select s.id from sales s where s.product_id in (7, 8, 9) and s.amount > (select avg(x.amount) from sales x where x.product_id = s.product_id);
--@ a table with itself
select e.name, b.name from employees e join employees b on b.id = e.boss_id where b.branch_id = 7;
--@ items of orders of a day
select i.product_id, sum(i.quantity) from orders o join items i on i.order_id = o.id where o.created_at >= '2025-06-01' and o.created_at < '2025-06-02' group by i.product_id;
--@ who bought it
select o.customer_id from items i join orders o on o.id = i.order_id where i.product_id = 500;
--@ partitions by order
select * from payments where order_id = 4711;
--@ partitions by method and time
select sum(amount) from payments where method = 'invoice' and paid_at >= '2025-08-30' and paid_at < '2025-09-02';
--@ events of a session in order
select * from events where session_id = 99 order by created_at;
--@ a CTE used twice
with big as (select customer_id, sum(amount) as total from sales where branch_id = 77 group by customer_id) select a.customer_id from big a where a.total > (select avg(total) from big);
--@ a union
select id from orders where customer_id = 9 and status = 'done' union all select id from sales where customer_id = 9;
--@ an update
update orders set status = 'done' where status = 'open' and created_at < '2025-11-08';
--@ a delete
delete from items where product_id = 123;
--@ rows to be locked
select * from orders where status = 'open' order by id limit 5 for update skip locked;
--@ a window over one customer
select id, rank() over (order by amount desc) from sales where customer_id = 55;
--@ everything is wanted
select channel, sum(amount) from sales group by channel;
