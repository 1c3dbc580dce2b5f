select d.name, e.payload from devices d cross join lateral (select payload from events e where e.device = d.id order by e.at limit 1) e where d.room < 10
