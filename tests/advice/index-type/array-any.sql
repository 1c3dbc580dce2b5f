select id
from docs
where 4711 = any (tags) -- in the list
order by id
