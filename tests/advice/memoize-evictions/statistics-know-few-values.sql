select count(d.name) from trips t join devs d on d.id = t.dev
