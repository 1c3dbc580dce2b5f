select count(*) from events where kind = 'k7' and length(payload) > 3
