select sum(f.amount) from days d join shops h on h.id > 0 join facts_wide f on f.day_id = d.id and f.shop_id = h.id where d.month between 3 and 12 and h.region = 7
