select a.name, t.title from agents a join tickets t on t.tenant = a.tenant and t.state = 'new' where a.id between 100 and 105
