select country, count(*) from customers group by country, name order by 2 offset 2000 limit 20
