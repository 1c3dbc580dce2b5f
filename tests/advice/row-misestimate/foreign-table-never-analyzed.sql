select e.payload, d.name from events_new e join devices d on d.id = e.device order by e.kind, e.id
